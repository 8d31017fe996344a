"""Commands for accounts: made, given a new password, made to speak for an agency."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

account_app = typer.Typer(no_args_is_help=True, help="Accounts of operators, reviewers, analysts and administrators.")


@account_app.command("add")
def account_add(email: str, role: str, name: Annotated[str, typer.Option(help="Name shown to others.")] = "") -> None:
    """Make an account and print its random password once."""
    from tic.jobs.accounts import add_account
    from tic.jobs.context import job_context

    with job_context() as context:
        sys.stdout.write(f"Password of {email}: {add_account(context, email, role, name)}\n")


@account_app.command("password")
def account_password(email: str) -> None:
    """Set a new random password, end all sessions of the account, and print the password once."""
    from tic.jobs.accounts import reset_password
    from tic.jobs.context import job_context

    with job_context() as context:
        sys.stdout.write(f"New password of {email}: {reset_password(context, email)}\n")


@account_app.command("agency")
def account_agency(
    email: str, agency: Annotated[str, typer.Argument(help="Its name in Thai or English; empty: none.")]
) -> None:
    """Let an account speak for an agency in requests for data."""
    from tic.jobs.accounts import speak_for
    from tic.jobs.context import job_context

    with job_context() as context:
        speak_for(context, email, agency)
