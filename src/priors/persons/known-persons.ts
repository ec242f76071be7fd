import { Global, Injectable, Module } from '@nestjs/common';
import type { Tx } from '../../platform/database';
import { SamePerson } from '../../reporting';
import { People } from './people';

/** Reporting's question to this slice: the same patient of a clinic, or patients whom links hold together. */
@Injectable()
export class LinkedPersons extends SamePerson {
  constructor(private readonly people: People) {
    super();
  }

  async isOne(tx: Tx, examId: string, otherExamId: string): Promise<boolean> {
    if (examId === otherExamId) return true;
    const [patient, other] = [
      await this.people.ofExam(tx, examId, null),
      await this.people.ofExam(tx, otherExamId, null),
    ];
    if (patient === null || other === null) return false;
    return patient === other || (await this.people.sameAs(tx, [patient])).includes(other);
  }
}

/** Global, because reporting below asks without knowing who answers; apart, because this slice asks reporting itself. */
@Global()
@Module({ providers: [People, { provide: SamePerson, useClass: LinkedPersons }], exports: [People, SamePerson] })
export class KnownPersonsModule {}
