import { z } from 'zod';
import { page, text, uuid } from '../platform/http';
import { DELIVERY_STATES } from './delivery.state';

const seq = z.coerce.number('须为数字').int('须为整数').min(0, '不能为负').max(Number.MAX_SAFE_INTEGER);

/** `after`: the last `seq` that the caller has. `wait`: seconds to hold the request open when there is nothing new. */
export const inboxSchema = z.strictObject({
  clinic: uuid.optional(),
  after: seq.default(0),
  limit: page.limit,
  wait: z.coerce.number('须为数字').min(0, '不能为负').max(30, '最长 30 秒').default(0),
});
export type InboxInput = z.infer<typeof inboxSchema>;

export const inboxStreamSchema = z.strictObject({ clinic: uuid.optional(), after: seq.optional() });
export type InboxStreamInput = z.infer<typeof inboxStreamSchema>;

/** Acknowledging needs no body; a client may send an empty one. */
export const nothingSchema = z.strictObject({}).optional();

const url = text(2048);

export const createChannelSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('inbox'), clinicId: uuid }),
  z.strictObject({ kind: z.literal('webhook'), clinicId: uuid, name: text(100), url }),
]);
export type CreateChannel = z.infer<typeof createChannelSchema>;

export const changeChannelSchema = z
  .strictObject({ name: text(100), url })
  .partial()
  .refine((input) => Object.keys(input).length > 0, '没有要修改的内容');
export type ChangeChannel = z.infer<typeof changeChannelSchema>;

export const disableChannelSchema = z.strictObject({ reason: text(500) });
export type DisableChannel = z.infer<typeof disableChannelSchema>;

/** For how long the old secret keeps signing beside the new one; 0 after a leak. */
export const rotateSecretSchema = z
  .strictObject({ overlapHours: z.int().min(0).max(168, '最长 168 小时').default(24) })
  .optional();
export type RotateSecret = z.infer<typeof rotateSecretSchema>;

export const channelListSchema = z.strictObject({ clinic: uuid.optional(), ...page });
export type ChannelList = z.infer<typeof channelListSchema>;

/** What an entry means is checked by endpoint-url.rules; here only its shape and size. */
export const allowListSchema = z.strictObject({
  entries: z
    .array(
      z.strictObject({
        scheme: z.enum(['https', 'http']),
        host: text(253).nullable(),
        ports: z.array(z.int().min(1).max(65535)).min(1, '至少一个端口').max(20),
        networks: z.array(text(50)).max(20),
      }),
    )
    .max(50),
});
export type AllowList = z.infer<typeof allowListSchema>;

export const deliveryListSchema = z.strictObject({
  state: z.enum(DELIVERY_STATES).optional(),
  clinic: uuid.optional(),
  ...page,
});
export type DeliveryList = z.infer<typeof deliveryListSchema>;

/** Either the deliveries by name, or all of a channel in one state (DEAD unless FAILED is asked for). */
export const redriveSchema = z
  .strictObject({
    deliveryIds: z.array(uuid).min(1, '至少一个').max(500, '一次不超过 500 个').optional(),
    channelId: uuid.optional(),
    state: z.enum(['DEAD', 'FAILED']).optional(),
  })
  .refine(({ deliveryIds, channelId, state }) => deliveryIds ?? channelId ?? state, {
    message: '须指明回传记录、通道或状态',
    path: ['deliveryIds'],
  });
export type Redrive = z.infer<typeof redriveSchema>;
