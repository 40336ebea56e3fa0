/** esbuild gathers these into one stylesheet. */
declare module '*.css';
