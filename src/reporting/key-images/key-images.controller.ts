import { Body, Controller, Param, Put } from '@nestjs/common';
import type { Ctx } from '../../platform/context';
import { Access, CurrentCtx, idParam } from '../../platform/http';
import { type KeyImagesInput, keyImagesSchema } from './key-images.dto';
import { KeyImageMarks } from './key-image-marks.service';

/** 关键图像: which images the report prints, with window and caption. */
@Controller('api/exams/:exam/report/key-images')
export class KeyImagesController {
  constructor(private readonly marks: KeyImageMarks) {}

  /** The whole list at once, an empty one to take all back. For whoever holds the exam, or writes its correction. */
  @Put()
  @Access({ permission: 'report.draft', scope: 'county' })
  put(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) exam: string,
    @Body({ schema: keyImagesSchema }) input: KeyImagesInput,
  ): Promise<object> {
    return this.marks.put(ctx, exam, input);
  }
}
