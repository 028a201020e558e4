import { createContext, useContext } from 'react';
import type { QueueSearch } from './search.ts';

/** Where a person was in the list: the alert's page goes on from there, and so does the list when they come back. */
export class QueueMemory {
  search: QueueSearch = {};
  focus: number | undefined;
  scroll = 0;
}

export const QueueMemoryContext = createContext(new QueueMemory());

export function useQueueMemory(): QueueMemory {
  return useContext(QueueMemoryContext);
}
