import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { News, NewsContext } from './api/live.ts';
import { queryClient } from './api/query.ts';
import { keysWanted } from './keys/Help.tsx';
import { Keyboard } from './keys/keys.ts';
import { KeyboardContext } from './keys/useKeys.tsx';
import { Notices } from './parts/notice.tsx';
import { QueueMemory, QueueMemoryContext } from './queue/memory.ts';
import { router } from './router.tsx';
import './style/tokens.css';
import './style/base.css';
import './style/shell.css';
import './style/queue.css';
import './style/alert.css';
import './style/hunt.css';
import './style/pages.css';

const keyboard = new Keyboard();
keyboard.enabled = keysWanted();
const element = document.getElementById('console');
if (element === null) throw new Error('the page has no place for the console');
createRoot(element).render(
  <StrictMode>
    <QueryClientProvider client={queryClient()}>
      <KeyboardContext value={keyboard}>
        <NewsContext value={new News()}>
          <QueueMemoryContext value={new QueueMemory()}>
            <Notices>
              <RouterProvider router={router} />
            </Notices>
          </QueueMemoryContext>
        </NewsContext>
      </KeyboardContext>
    </QueryClientProvider>
  </StrictMode>,
);
