import { text } from 'node:stream/consumers';
import { answerOrder } from '../lib/dataset/sampleProcess';

/** Draws the pictures of the sample that its standard input orders; the first process starts it for half of them. */
text(process.stdin).then((order) => answerOrder(order, (line) => process.stdout.write(`${line}\n`)));
