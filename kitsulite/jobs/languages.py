"""The choice of a language for what is sent to a person."""


def in_language_of(ctx, person, texts):
    """The texts in a person's language, by default in English; `texts`: language such as `fr` -> texts."""
    locale = person["locale"] or ctx.settings.default_locale or ""
    return texts.get(locale[:2].lower(), texts["en"])
