import { Body, Controller, Get, Headers, HttpCode, Post, Req, Res } from '@nestjs/common';
import { stringifySetCookie } from 'cookie';
import type { Response } from 'express';
import { Config } from '../platform/config';
import type { Ctx } from '../platform/context';
import { Access, type CicRequest, CurrentCtx, CurrentSession } from '../platform/http';
import { SESSION_COOKIE } from './access.guard';
import { type Login, loginSchema, type OwnPasswordInput, ownPasswordSchema } from './identity.dto';
import { IdentityQueries } from './identity.queries';
import { OwnPassword } from './own-password.service';
import { SignInService } from './sign-in.service';

type SessionInfo = CicRequest['session'];

@Controller('api')
export class AuthController {
  constructor(
    private readonly signIn: SignInService,
    private readonly queries: IdentityQueries,
    private readonly ownPassword: OwnPassword,
    private readonly config: Config,
  ) {}

  @Post('auth/login')
  @HttpCode(200)
  @Access({ public: true, why: 'signing in is how a session begins' })
  async login(
    @Body({ schema: loginSchema }) input: Login,
    @Req() req: CicRequest,
    @Res({ passthrough: true }) res: Response,
    @Headers('user-agent') userAgent = '',
  ): Promise<object> {
    const { token, ...person } = await this.signIn.signIn(input, {
      ip: req.ip ?? '',
      userAgent,
      requestId: req.requestId,
    });
    res.setHeader('Set-Cookie', this.cookie(token, this.config.env.SESSION_IDLE_MINUTES * 60));
    return person;
  }

  @Post('auth/logout')
  @HttpCode(204)
  @Access({ signedIn: true })
  async logout(
    @CurrentCtx() ctx: Ctx,
    @CurrentSession() session: SessionInfo,
    @Res({ passthrough: true }) res: Response,
  ): Promise<void> {
    if (session) await this.signIn.signOut(ctx, session.id);
    res.setHeader('Set-Cookie', this.cookie('', 0));
  }

  @Get('me')
  @Access({ signedIn: true })
  me(@CurrentCtx() ctx: Ctx, @CurrentSession() session: SessionInfo): Promise<object> {
    return this.queries.me(ctx, session?.csrfToken);
  }

  /** The session that asks goes on; every other one of this person ends. */
  @Post('me/password')
  @HttpCode(204)
  @Access({ signedIn: true })
  async changePassword(
    @CurrentCtx() ctx: Ctx,
    @CurrentSession() session: SessionInfo,
    @Body({ schema: ownPasswordSchema }) input: OwnPasswordInput,
  ): Promise<void> {
    await this.ownPassword.change(ctx, session?.id, input);
  }

  private cookie(value: string, maxAge: number): string {
    return stringifySetCookie({
      name: SESSION_COOKIE,
      value,
      httpOnly: true,
      sameSite: 'strict',
      secure: this.config.env.SECURE_COOKIES,
      path: '/',
      maxAge,
    });
  }
}
