"""`user` and `token`: accounts of people and bots.

If the API has a route for it, a command calls that route as the operator of the machine, who needs no account.
"""

from kitsulite.cli.calls import call, changed
from kitsulite.cli.command import command, opened, option
from kitsulite.models.choices import ROLES

EMAIL = option("email", help="address of the person")


def context(app):
    from kitsulite.context import Context

    return Context(app)


@command(
    "user create",
    EMAIL,
    option("--password", help="by default one is generated and shown"),
    option("--role", choices=ROLES, default="user", help="what the person may do (default: user)"),
    option("--first-name", help="by default the part of the address before the @"),
    option("--last-name", default="", help="by default empty"),
)
def create_user(args):
    """Create an account.

    kitsulite user create ann@studio.com --role manager --first-name Ann
    kitsulite user create bob@studio.com --password a-long-secret
    """
    from kitsulite.auth import passwords
    from kitsulite.domain.sign_in import accounts

    with opened(args) as app:
        ctx = context(app)
        accounts.check_password(ctx, args.password)
        password = args.password or passwords.new_password()
        person = {
            "email": args.email,
            "role": args.role,
            "first_name": args.first_name or args.email.partition("@")[0],
            "last_name": args.last_name,
            "password": password,
        }
        changed(call(app, "POST", "/data/persons", body=person))
        print(f"{args.email} is created as {args.role}." + ("" if args.password else f" Password: {password}"))


@command(
    "user list",
    option("--role", choices=ROLES, help="only persons with this role"),
    option("--all", action="store_true", help="also disabled accounts and bots"),
)
def list_users(args):
    """List the accounts.

    Each with its address, name, role, and whether it is disabled, a guest or a bot.

    kitsulite user list
    kitsulite user list --role manager --all
    """
    from kitsulite.models.people import Person

    with opened(args) as app:
        for person in app.db.all(Person, order="email IS NULL, email, last_name"):
            marks = [word for word in ("bot", "guest") if person[f"is_{word}"]]
            marks += [] if person["active"] else ["disabled"]
            if (args.all or not {"bot", "disabled"} & set(marks)) and args.role in (None, person["role"]):
                name = f"{person['first_name']} {person['last_name']}".strip()
                print("\t".join([person["email"] or "-", name, person["role"], *marks]))


@command("user reset-password", EMAIL, option("--password", help="by default one is generated and shown"))
def reset_password(args):
    """Give a person a new password and unlock the account.

    kitsulite user reset-password ann@studio.com
    """
    from kitsulite.auth import passwords
    from kitsulite.domain.sign_in import accounts

    with opened(args) as app:
        ctx = context(app)
        password = args.password or passwords.new_password()
        accounts.set_password(ctx, accounts.by_email(ctx, args.email), password)
        print(f"The password of {args.email} is " + ("changed." if args.password else f"now {password}"))


@command("user disable-two-factor", EMAIL)
def disable_two_factor(args):
    """Turn off the second factors of a person who has lost them.

    kitsulite user disable-two-factor ann@studio.com
    """
    from kitsulite.domain.sign_in import accounts

    with opened(args) as app:
        person = accounts.by_email(context(app), args.email)
        changed(call(app, "DELETE", f"/actions/persons/{person['id']}/disable-two-factor-authentication"))
        print(f"{args.email} signs in with only the password now.")


@command("user disable", EMAIL)
def disable_user(args):
    """Stop a person from signing in; their work stays.

    kitsulite user disable ann@studio.com
    """
    change(args, active=False)
    print(f"{args.email} is disabled.")


@command("user enable", EMAIL)
def enable_user(args):
    """Let a disabled person sign in again.

    kitsulite user enable ann@studio.com
    """
    change(args, active=True)
    print(f"{args.email} is enabled.")


@command("user role", EMAIL, option("role", choices=ROLES, help="the new role"))
def change_role(args):
    """Change the role of a person.

    kitsulite user role ann@studio.com admin
    """
    change(args, role=args.role)
    print(f"{args.email} has the role {args.role} now.")


@command(
    "user delete", EMAIL, option("--force", action="store_true", help="also delete their work: comments, time spent")
)
def delete_user(args):
    """Delete a person who has no work yet; disable those who have.

    kitsulite user delete ann@studio.com
    """
    from kitsulite.domain.sign_in import accounts

    with opened(args) as app:
        person = accounts.by_email(context(app), args.email)
        changed(call(app, "DELETE", f"/data/persons/{person['id']}{'?force=true' if args.force else ''}"))
        print(f"{args.email} is deleted.")


def change(args, **columns):
    """Change columns of the person whom a command names by email address."""
    from kitsulite.domain.sign_in import accounts

    with opened(args) as app:
        person = accounts.by_email(context(app), args.email)
        changed(call(app, "PUT", f"/data/persons/{person['id']}", body=columns))


@command(
    "token create",
    option("name", help="name of the bot, as people see it"),
    option("--role", choices=ROLES, default="user", help="what the bot may do (default: user)"),
    option("--email", help="address of the bot; none by default"),
    option("--expires", metavar="YYYY-MM-DD", help="last day of the token; by default it never expires"),
)
def create_token(args):
    """Create a bot and print its access token, which is shown only once.

    kitsulite token create "Render farm" --role manager
    kitsulite token create Publisher --expires 2030-12-31
    """
    with opened(args) as app:
        bot = {"first_name": args.name, "last_name": "", "is_bot": True, "role": args.role}
        bot |= {"email": args.email} if args.email else {}
        bot |= {"expiration_date": args.expires} if args.expires else {}
        print(changed(call(app, "POST", "/data/persons", body=bot))["access_token"])
