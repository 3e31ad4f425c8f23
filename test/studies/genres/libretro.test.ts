import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asFileName, blocksIn, genresOf, plainTitle } from '../../../lib/studies/genres/libretro';

const genres = blocksIn(`clrmamepro (
	name "Atari - 5200"
	description "Atari - 5200"
)

game (
	comment "Decathlon, The (USA)"
	genre "Sports"
	rom ( crc F43E7CD0 )
)

game (
	comment "Tom & Jerry: Hunt? (Europe) (Rev 1)"
	genre "Platform"
	rom ( crc 10f33c90 )
)

game (
	comment "Two (USA)"
	genre "Puzzle-Game"
	rom ( crc 00000001 )
)

game (
	comment "Two (Japan)"
	genre "Racing / Driving, Role-playing (RPG)"
	rom ( crc 00000002 )
)
`);
const cartridges = blocksIn(`game (
	name "Decathlon (Europe)"
	region "Europe"
	rom ( name "Decathlon (Europe).a52" size 16384 crc F43E7CD0 md5 45F8841269313736489180C8EC3E9588 )
)
`);

describe('blocksIn', () => {
  it('reads the lists as they are, brackets in titles included', () => {
    expect(genres[1]).toEqual({
      comment: 'Decathlon, The (USA)',
      genre: 'Sports',
      rom: undefined,
      crc: 'F43E7CD0',
    });
    expect(genres.length).toBe(5);
    expect(cartridges[0]).toMatchObject({ name: 'Decathlon (Europe)', crc: 'F43E7CD0', size: '16384' });
  });

  it('ends on any text', () => {
    const part = fc.constantFrom('game (', ')', '"', 'crc', ' ', '\n', '(', 'x');
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        expect(Array.isArray(blocksIn(parts.join('')))).toBe(true);
      }),
    );
  });
});

describe('genresOf', () => {
  it('joins by title, then by checksum, then by the title without its brackets', () => {
    const covers = [
      'Decathlon, The (USA)',
      'Tom _ Jerry_ Hunt_ (Europe) (Rev 1)',
      'Decathlon (Europe)',
      'Decathlon, The (Korea) [b]',
      'Two (Spain)',
      'Nobody knows (USA)',
    ];
    expect([...genresOf(covers, genres, cartridges)]).toEqual([
      ['Decathlon, The (USA)', ['sports']],
      ['Tom _ Jerry_ Hunt_ (Europe) (Rev 1)', ['platform']],
      ['Decathlon (Europe)', ['sports']],
      ['Decathlon, The (Korea) [b]', ['sports']],
      ['Two (Spain)', ['puzzle', 'racing / driving', 'role-playing']],
      ['Nobody knows (USA)', []],
    ]);
  });
});

describe('titles', () => {
  it('are file names without the characters that stand in none', () => {
    expect(asFileName('a&b*c/d:e`f<g>h?i\\j|k"l')).toBe('a_b_c_d_e_f_g_h_i_j_k_l');
  });

  it('lose what stands in brackets, unless nothing else is there', () => {
    expect(plainTitle('A.E. (1982)(Atari)(US)[b][FC-008]')).toBe('A.E.');
    expect(plainTitle('(USA)')).toBe('(USA)');
  });
});
