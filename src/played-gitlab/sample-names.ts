export interface SampleName {
  name: string
  username: string
}

const names = `
  Amara Okoro, Bruno Keller, Chiara Rossi, Dimitri Petrov, Elif Demir, Farid Haddad,
  Grace Lind, Hiro Tanaka, Ines Costa, Jonas Weber, Kaya Aydin, Linus Berg,
  Mina Shah, Nils Holm, Olga Novak, Pavel Dvorak, Quinn Hayes, Rosa Marin,
  Samir Nasser, Tessa Vos, Uma Patel, Viktor Orlov, Wanda Kruk, Xenia Reyes,
  Yusuf Kaplan, Zofia Wolska, Ada Moreau, Bela Toth, Carla Fuchs, Dario Greco,
  Emre Yildiz, Freya Strand, Goran Babic, Hana Sato, Ivo Horvat, Jana Kral,
  Kofi Mensah, Lena Brandt, Malik Rahman, Nora Ekman, Oskar Vogel, Priya Iyer,
  Ravi Menon, Selma Hadzic, Tomas Zeman, Ulla Lehto, Vera Sokol, Wim Jansen,
  Ximena Flores, Yara Daher, Zeno Bauer, Astrid Nyberg, Boris Ilic, Clara Neumann,
  Diego Castro, Edda Winter, Filip Zajac, Gina Ferri, Hugo Lopez, Isla Murray
`

/** 60 made-up people, whose usernames are their given names. */
export const sampleNames: readonly SampleName[] = names.split(',').map((text) => {
  const name = text.trim()
  return { name, username: name.split(' ')[0]?.toLowerCase() ?? name }
})
