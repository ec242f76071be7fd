import { Controller, Get, Header, Injectable, Module, Res } from '@nestjs/common';
import type { Response } from 'express';
import { installationCtx } from '../context';
import { Db } from '../database';
import { Metrics } from '../metrics';
import { Access } from './access.decorator';

/** One thing that must hold before this process may get traffic; answers what is wrong, or undefined. */
export interface HealthCheck {
  readonly name: string;
  check(): Promise<string | undefined>;
}

@Injectable()
export class Health {
  private readonly checks: HealthCheck[] = [];
  private draining = false;

  constructor(db: Db) {
    this.register({
      name: 'database',
      check: () => db.relay(installationCtx('health'), (tx) => tx.row('SELECT 1')).then(() => undefined),
    });
  }

  register(check: HealthCheck): void {
    this.checks.push(check);
  }

  /** From now on not ready: the proxy sends new requests elsewhere while the running ones end. */
  drain(): void {
    this.draining = true;
  }

  async faults(): Promise<Record<string, string>> {
    const faults: Record<string, string> = this.draining ? { process: 'stopping' } : {};
    for (const one of this.checks) {
      const fault = await one.check().catch((error: unknown) => (error instanceof Error ? error.message : 'failed'));
      if (fault) faults[one.name] = fault;
    }
    return faults;
  }
}

@Controller()
export class HealthController {
  constructor(
    private readonly health: Health,
    private readonly metrics: Metrics,
  ) {}

  @Get('api/health/live')
  @Access({ public: true, why: 'supervisors probe it; it says nothing but that the process answers' })
  live(): object {
    return { status: 'ok' };
  }

  @Get('api/health/ready')
  @Access({ public: true, why: 'load balancers probe it; it names parts of the system, no data' })
  async ready(@Res({ passthrough: true }) res: Response): Promise<object> {
    const faults = await this.health.faults();
    const ready = Object.keys(faults).length === 0;
    res.status(ready ? 200 : 503);
    return { status: ready ? 'ok' : 'unavailable', faults: Object.keys(faults) };
  }

  @Get('metrics')
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  @Access({ public: true, why: 'Prometheus scrapes it; the reverse proxy keeps it inside, labels name no person' })
  async scrape(@Res() res: Response): Promise<void> {
    res.send(await this.metrics.registry.metrics());
  }
}

@Module({ controllers: [HealthController], providers: [Health], exports: [Health] })
export class HealthModule {}
