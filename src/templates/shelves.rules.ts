import { can, type Ctx } from '../platform/context';

/**
 * Who may see and change what. A shelf is where templates and phrases stand: the county's public one, one of each hospital,
 * one of each person. Pure.
 */

export const LEVELS = ['public', 'hospital', 'personal'] as const;
export type Level = (typeof LEVELS)[number];

export interface Shelf {
  readonly level: Level;
  readonly hospital_id: string | null;
  readonly owner_id: string | null;
}

/** As the database's generated column has it. */
export function shelfId(countyId: string, shelf: Shelf): string {
  return shelf.owner_id ?? shelf.hospital_id ?? countyId;
}

/** Everybody who reads reports sees the public shelf, those of his hospitals and his own; a personal one needs a hospital. */
export function visibleShelves({ actor }: Ctx): Shelf[] {
  const hospitals = actor.hospitalIds.map((id): Shelf => ({ level: 'hospital', hospital_id: id, owner_id: null }));
  const own: Shelf[] =
    actor.kind === 'person' && hospitals.length > 0
      ? [{ level: 'personal', hospital_id: null, owner_id: actor.id }]
      : [];
  return [PUBLIC, ...hospitals, ...own];
}

export const PUBLIC: Shelf = { level: 'public', hospital_id: null, owner_id: null };

export function mayRead(ctx: Ctx, shelf: Shelf): boolean {
  const wanted = shelfId(ctx.countyId, shelf);
  return visibleShelves(ctx).some((visible) => shelfId(ctx.countyId, visible) === wanted);
}

/** The public shelf is the county administration's, a hospital's its chief's, a personal one its owner's. */
export function mayWrite(ctx: Ctx, shelf: Shelf): boolean {
  if (!mayRead(ctx, shelf)) return false;
  if (shelf.level === 'personal') return true;
  return can(ctx, 'template.manage') && (shelf.level === 'hospital' || ctx.actor.countyWide);
}

export type ShelfFault = 'hospital_ambiguous' | 'no_such_shelf';

/**
 * The shelf that a caller means by a level. A hospital's needs a name only from those who work at several; one that is not
 * the caller's is `no_such_shelf`, as is a personal one of somebody without a hospital.
 */
export function shelfMeant(ctx: Ctx, level: Level, hospitalId?: string): Shelf | ShelfFault {
  const shelves = visibleShelves(ctx).filter(
    (shelf) => shelf.level === level && (hospitalId === undefined || shelf.hospital_id === hospitalId),
  );
  if (shelves.length > 1) return 'hospital_ambiguous';
  return shelves[0] ?? 'no_such_shelf';
}
