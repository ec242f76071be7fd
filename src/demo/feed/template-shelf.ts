import type { ApiClient } from '../http-client';
import type { PlannedExam } from '../plan/exam-plan';

/** The county's templates as readers find them: the first normal one of the modality and body part. */
export class TemplateShelf {
  private readonly known = new Map<string, Promise<string | undefined>>();

  /** With what the reader begins a normal report; undefined where there is no such template, or something was found. */
  async templateFor(reader: ApiClient, { request, report }: PlannedExam): Promise<string | undefined> {
    const { modality, itemName } = request;
    if (report.positive !== 0) return undefined;
    const key = `${modality} ${itemName}`;
    const found = this.known.get(key) ?? this.look(reader, modality, itemName);
    this.known.set(key, found);
    return found;
  }

  private async look(reader: ApiClient, modality: string, itemName: string): Promise<string | undefined> {
    const query = new URLSearchParams({ modality, bodyPart: itemName, level: 'public', normal: 'true', limit: '1' });
    const { items } = await reader.call<{ items: { templateId: string }[] }>(
      'GET',
      `/api/templates?${query.toString()}`,
    );
    return items[0]?.templateId;
  }
}
