"""Signing in and out: passwords, second factors, security keys, single sign-on, accounts."""
