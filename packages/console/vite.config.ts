import { defineConfig } from 'vite';

export default defineConfig({
  build: {
    target: 'es2024',
    // Nothing inline: the service's policy lets a page run its own files alone.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // Libraries mark what runs in a browser; here all of it does.
      onwarn: (warning, warn) => {
        if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') warn(warning);
      },
    },
  },
  // `npm run dev -w @weir/console` beside a running service.
  server: { proxy: { '/api': 'http://127.0.0.1:8765' } },
});
