import { Platform1764000001000 } from './1764000001000-platform';
import { Tenancy1764000002000 } from './1764000002000-tenancy';
import { Audit1764000003000 } from './1764000003000-audit';
import { Identity1764000004000 } from './1764000004000-identity';
import { Images1764000005000 } from './1764000005000-images';
import { Studies1764000005500 } from './1764000005500-studies';
import { Exams1764000006000 } from './1764000006000-exams';
import { Worklist1764000007000 } from './1764000007000-worklist';
import { Reporting1764000008000 } from './1764000008000-reporting';
import { Delivery1764000009000 } from './1764000009000-delivery';
import { Turnaround1764000010000 } from './1764000010000-turnaround';

/** Every migration in order. One that has landed is never edited: the next change is the next migration. */
export const migrations = [
  Platform1764000001000,
  Tenancy1764000002000,
  Audit1764000003000,
  Identity1764000004000,
  Images1764000005000,
  Studies1764000005500,
  Exams1764000006000,
  Worklist1764000007000,
  Reporting1764000008000,
  Delivery1764000009000,
  Turnaround1764000010000,
] as const;
