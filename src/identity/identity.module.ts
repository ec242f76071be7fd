import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AccessGuard } from './access.guard';
import { Accounts } from './accounts';
import { AuthController } from './auth.controller';
import { GatewayKeysService } from './gateway-keys.service';
import { IdentityQueries } from './identity.queries';
import { LoginThrottle } from './login-throttle';
import { OwnPassword } from './own-password.service';
import { PeopleController } from './people.controller';
import { PeopleService } from './people.service';
import { RefusedAccess } from './refused-access';
import { SignInService } from './sign-in.service';

@Module({ providers: [PeopleService, GatewayKeysService], exports: [PeopleService, GatewayKeysService] })
export class IdentityModule {}

@Module({
  imports: [IdentityModule],
  controllers: [AuthController, PeopleController],
  providers: [
    Accounts,
    LoginThrottle,
    SignInService,
    OwnPassword,
    IdentityQueries,
    RefusedAccess,
    { provide: APP_GUARD, useClass: AccessGuard },
  ],
})
export class IdentityHttpModule {}
