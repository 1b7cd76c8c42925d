/** Svelte 5 with runes everywhere. */
export default {
  compilerOptions: {
    runes: true,
    // A table that is laid out in blocks on a phone loses its meaning unless its parts say what they are.
    warningFilter: (warning) => warning.code !== 'a11y_no_redundant_roles',
  },
};
