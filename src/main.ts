import { run } from './run';

/** The process as ROLE says: `all` (default), `api` or `worker`. */
void run();
