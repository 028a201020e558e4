import { Closing } from './closing.ts';
import type { ServiceOptions } from './options.ts';
import { openRooms } from './rooms.ts';
import { openWeb } from './web.ts';

export interface Service {
  /** Where it listens. */
  readonly url: string;
  /** The secret of the first administrator's link; undefined where there is an account. */
  readonly welcome: string | undefined;
  /** Takes nothing more, ends what runs, and closes every room. What was acknowledged stays for the next start. */
  stop(): Promise<void>;
}

/** Opens every room in the order of the data's path, and then the door.
 *  @throws UserError where the home is another process's, or the config names what is not there */
export async function startService(options: ServiceOptions): Promise<Service> {
  const closing = new Closing();
  try {
    const rooms = await openRooms(options, closing);
    const { health, access } = rooms;
    const server = await openWeb({ ...rooms, options, closing });
    health.setReady(true);
    closing.add(() => health.setReady(false));
    return { url: server.url, welcome: access.invitations.first(), stop: () => closing.close() };
  } catch (error) {
    await closing.close().catch(() => undefined);
    throw error;
  }
}
