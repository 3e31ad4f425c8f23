from nbconvert.preprocessors import CoalesceStreamsPreprocessor, Preprocessor


class HeadingSlides(Preprocessor):
    """Each heading begins a slide, where a notebook does not say otherwise."""

    def preprocess_cell(self, cell, resources, index):
        if cell.cell_type == "markdown" and cell.source.startswith("#"):
            cell.metadata.setdefault("slideshow", {"slide_type": "slide"})
        return cell, resources


c = get_config()
c.HTMLExporter.template_name = "report"
c.HTMLExporter.embed_images = True
c.HTMLExporter.preprocessors = [CoalesceStreamsPreprocessor]
c.SlidesExporter.template_name = "reveal"
c.SlidesExporter.preprocessors = [CoalesceStreamsPreprocessor, HeadingSlides]
c.SlidesExporter.exclude_input = True
c.SlidesExporter.reveal_scroll = True
c.ExecutePreprocessor.timeout = -1
c.ExecutePreprocessor.startup_timeout = 180
c.ExecutePreprocessor.iopub_timeout = 60
c.ExecutePreprocessor.shutdown_kernel = "immediate"
