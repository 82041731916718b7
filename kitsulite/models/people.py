"""Persons, departments, studios, days off; the organisation."""

import peewee

from kitsulite.models.base import Many, Row, Table, by_change
from kitsulite.models.choices import CONTRACT_TYPES, DATE_FORMATS, POSITIONS, ROLES, SECOND_FACTORS, SENIORITIES
from kitsulite.models.fields import Array, Choice, Day, Flag, Json, Moment, Number, Ref, ShotgunId, Text, Whole
from kitsulite.models.text_fields import Country, Email, Locale, TimeZone


class Studio(Row):
    name = Text(80, unique=True)
    color = Text(7)
    archived = Flag(null=True, default=False)


class Department(Row):
    name = Text(80, unique=True)
    color = Text(7)
    archived = Flag(null=True, default=False)


class Person(Row):
    first_name = Text(80)
    last_name = Text(80)
    email = Email(255, null=True)
    phone = Text(30, null=True)
    country = Country(2, null=True)
    contract_type = Choice(CONTRACT_TYPES, default="open-ended")
    active = Flag(null=True, default=True)
    archived = Flag(null=True, default=False)
    last_presence = Day(null=True)
    password = Text(null=True, secret=True)
    desktop_login = Text(80, null=True)
    login_failed_attemps = Whole(null=True, default=0, secret=True)
    last_login_failed = Moment(null=True, secret=True)
    totp_enabled = Flag(null=True, default=False)
    totp_secret = Text(32, null=True, secret=True)
    email_otp_enabled = Flag(null=True, default=False)
    email_otp_secret = Text(32, null=True, secret=True)
    fido_enabled = Flag(null=True, default=False)
    fido_credentials = Array(null=True, secret=True)
    otp_recovery_codes = Array(null=True, secret=True)
    preferred_two_factor_authentication = Choice(SECOND_FACTORS, null=True)
    shotgun_id = ShotgunId(null=True, unique=True)
    timezone = TimeZone(50, null=True, default="Europe/Paris")
    locale = Locale(10, null=True, default="en_US")
    use_12_hour_clock = Flag(null=True, default=False)
    display_date_format = Choice(DATE_FORMATS, null=True, default="YYYY-MM-DD")
    data = Json(null=True)
    role = Choice(ROLES, default="user")
    position = Choice(POSITIONS, null=True, default="artist")
    seniority = Choice(SENIORITIES, null=True, default="mid")
    daily_salary = Whole(null=True, default=0)
    has_avatar = Flag(null=True, default=False)
    notifications_enabled = Flag(null=True, default=False)
    notifications_slack_enabled = Flag(null=True, default=False)
    notifications_slack_userid = Text(60, null=True, default="")
    notifications_mattermost_enabled = Flag(null=True, default=False)
    notifications_mattermost_userid = Text(60, null=True, default="")
    notifications_discord_enabled = Flag(null=True, default=False)
    notifications_discord_userid = Text(60, null=True, default="")
    is_bot = Flag(default=False)
    is_guest = Flag(default=False)
    jti = Text(60, null=True, unique=True, secret=True)
    expiration_date = Day(null=True)
    is_generated_from_ldap = Flag(null=True, default=False)
    ldap_uid = Text(60, null=True, unique=True)
    studio_id = Ref("studio", null=True)
    preview_project_id = Ref("project", null=True, unique=True)
    preview_opened_at = Moment(null=True)
    preview_open_until = Moment(null=True)
    oidc_issuer = Text(null=True, secret=True)
    oidc_subject = Text(255, null=True, secret=True)
    saml_issuer = Text(null=True, secret=True)
    saml_subject = Text(255, null=True, secret=True)

    relations = {
        "departments": Many("department_link", "person_id", "department_id"),
    }

    class Meta:
        # bots may share the address of a person
        indexes = (
            peewee.SQL("CREATE UNIQUE INDEX person_email_is_bot ON person (email, is_bot) WHERE NOT is_bot"),
            (("oidc_issuer", "oidc_subject"), True),
            (("saml_issuer", "saml_subject"), True),
        )


class DepartmentLink(Table):
    person_id = Ref("person")
    department_id = Ref("department")

    class Meta:
        primary_key = peewee.CompositeKey("person_id", "department_id")


class Organisation(Row):
    name = Text(80, unique=True)
    hours_by_day = Number(default=8)
    has_avatar = Flag(null=True, default=False)
    use_original_file_name = Flag(null=True, default=False)
    timesheets_locked = Flag(null=True, default=False)
    format_duration_in_hours = Flag(null=True, default=False)
    hd_by_default = Flag(null=True, default=False)
    chat_token_slack = Text(80, null=True, default="")
    chat_webhook_mattermost = Text(80, null=True, default="")
    chat_token_discord = Text(80, null=True, default="")
    dark_theme_by_default = Flag(null=True, default=False)


class DayOff(Row):
    date = Day()
    end_date = Day(constraints=[peewee.Check("date <= end_date")])
    description = Text(null=True)
    person_id = Ref("person", null=True)

    class Meta:
        indexes = ((("person_id", "date"), True),)


class DesktopLoginLog(Row):
    person_id = Ref("person", gone="delete")
    date = Moment()

    class Meta:
        indexes = (by_change("desktop_login_log"),)


class LoginLog(Row):
    person_id = Ref("person", gone="delete", index=False)
    ip_address = Text(50, null=True)
    origin = Choice(["web", "script"], null=True)

    class Meta:
        indexes = ((("person_id", "created_at"), False), by_change("login_log"))


class SalaryScale(Row):
    department_id = Ref("department", on_delete="CASCADE")
    position = Choice(POSITIONS, null=True, default="artist")
    seniority = Choice(SENIORITIES, null=True, default="mid")
    salary = Whole(default=0)


class Software(Row):
    name = Text(40, unique=True)
    short_name = Text(20)
    archived = Flag(null=True, default=False)
    version = Text(20, null=True)
    file_extension = Text(20)
    secondary_extensions = Json(null=True)
    monthly_cost = Whole(null=True, default=0)
    inventory_amount = Whole(null=True, default=0)


class HardwareItem(Row):
    name = Text(40, unique=True)
    short_name = Text(20)
    archived = Flag(null=True, default=False)
    monthly_cost = Whole(null=True, default=0)
    inventory_amount = Whole(null=True, default=0)


class SoftwareDepartmentLink(Row):
    department_id = Ref("department")
    software_id = Ref("software")

    class Meta:
        indexes = ((("department_id", "software_id"), True),)


class HardwareItemDepartmentLink(Row):
    department_id = Ref("department")
    hardware_item_id = Ref("hardware_item")

    class Meta:
        indexes = ((("hardware_item_id", "department_id"), True),)
