import { Body, Controller, Param, Put } from '@nestjs/common';
import type { Ctx } from '../../platform/context';
import { Access, CurrentCtx, idParam } from '../../platform/http';
import {
  type ClinicKeyImagesInput,
  clinicKeyImagesSchema,
  type KeyImagesInput,
  keyImagesSchema,
} from './key-images.dto';
import { KeyImageMarks } from './key-image-marks.service';

/** 关键图像: which images the report prints, with window and caption. */
@Controller('api/exams/:exam/report')
export class KeyImagesController {
  constructor(private readonly marks: KeyImageMarks) {}

  /** The whole list at once, an empty one to take all back. For whoever holds the exam, or writes its correction. */
  @Put('key-images')
  @Access({ permission: 'report.draft', scope: 'county' })
  put(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) exam: string,
    @Body({ schema: keyImagesSchema }) input: KeyImagesInput,
  ): Promise<object> {
    return this.marks.put(ctx, exam, input);
  }

  /** The same for the clinic's own doctor, as long as the text is his to write. */
  @Put('clinic-key-images')
  @Access({ permission: 'report.write_at_clinic', scope: 'clinic' })
  putAtClinic(
    @CurrentCtx() ctx: Ctx,
    @Param('exam', idParam) exam: string,
    @Body({ schema: clinicKeyImagesSchema }) input: ClinicKeyImagesInput,
  ): Promise<object> {
    return this.marks.putAtClinic(ctx, exam, input);
  }
}
