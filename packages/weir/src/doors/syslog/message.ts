import { headerBefore } from '../../normalize/header.ts';

const headLength = 4096;

/** The record that a message holds: a JSON object or a Windows event out of its header, any other text with it, for it may
 *  carry the record's time. */
export function recordOf(message: Buffer): Buffer {
  return message.subarray(headerBefore(message.toString('latin1', 0, headLength)));
}
