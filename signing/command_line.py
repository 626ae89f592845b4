"""The command line of the service: ``python -m signing --help``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from signing import (
    bounces,
    demo,
    development,
    dossier,
    operating,
    reconciling,
    renewing,
    serving,
    staff,
    starting,
)
from signing.config import read_config
from signing.describing import openapi_command
from signing.errors import UnusableForm
from signing.keyring import key_group
from signing.pades import TrustRoots, UnusableTrust, development_server
from signing.services import Services, open_services, utc_now
from signing.steps import take_bounce
from signing.validating import validate_command
from signing.work import DurableAgenda, give_up, try_again


@click.group()
def main() -> None:
    """Huurzegel: signs, seals and archives the agreements that belong to a lease."""


@main.command("serve")
@click.option(
    "--development", "folder", type=click.Path(path_type=Path), help="Folder with development keys."
)
@click.option(
    "--bind", default="127.0.0.1:8000", show_default=True, help="Address and port, with --development."
)
@click.option("--samples", is_flag=True, help="With --development: make the sample agreements.")
@click.option("--web-only", is_flag=True, help="Pages and API only; `work` does the work elsewhere.")
def serve_command(folder: Path | None, bind: str, samples: bool, web_only: bool) -> None:
    """Run the service; its settings come from HUURZEGEL_… in the environment."""
    if folder is None:
        serving.run(read_config(), web_only=web_only)
        return
    pki = development.development_pki(folder, utc_now())
    config = development.prepare(folder, bind, utc_now())
    click.echo(f"Open http://{bind}/ontwikkeling/post for the mails with their links. Stop with Ctrl+C.")
    serving.run(config, pki, samples=samples, web_only=web_only)


@main.command("work")
@click.option(
    "--development", "folder", type=click.Path(path_type=Path), help="Folder with development keys."
)
@click.option(
    "--bind", default="127.0.0.1:8000", show_default=True, help="Where `serve` listens, with --development."
)
def work_command(folder: Path | None, bind: str) -> None:
    """Do promised work, beside `serve`; start as many as you like, on any machine."""
    pki = None if folder is None else development.development_pki(folder, utc_now())
    config = read_config() if folder is None else development.prepare(folder, bind, utc_now())
    serving.work(config, pki)


@main.command("check")
@click.option(
    "--development", "folder", type=click.Path(path_type=Path), help="Folder with development keys."
)
def check_command(folder: Path | None) -> None:
    """Say whether the service could sign and seal, and until when: exit 0, or 1 with all problems."""
    pki = None if folder is None else development.development_pki(folder, utc_now())
    config = read_config() if folder is None else development.prepare(folder, "127.0.0.1:8000", utc_now())
    found = starting.check(config, pki)
    table = Table("Use", "Certificate", "Ends", "Days left")
    for end in found.certificates:
        table.add_row(end.use, end.subject, f"{end.ends:%Y-%m-%d}", str(end.days(found.at)))
    Console().print(table)
    for warning in found.warnings:
        click.echo(f"warning: {warning}")
    for problem in found.problems:
        click.echo(f"problem: {problem}")
    click.echo("ready" if found.ready else "not ready")
    sys.exit(0 if found.ready else 1)


@main.command("demo")
@click.option("--folder", type=click.Path(path_type=Path), default=Path("var/demo"), show_default=True)
def demo_command(folder: Path) -> None:
    """Run the whole job with sample data: the service, and its users over HTTP and mail."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=200)  # a table in a log is read whole, not folded
    demo.run(folder, console)


@main.command("stuck")
@click.option(
    "--development", "folder", type=click.Path(path_type=Path), help="Folder with development keys."
)
@click.option("--retry", nargs=2, metavar="PACKET STEP", help="Promise this work again.")
@click.option("--retry-all", "everything", is_flag=True, help="Promise all of it again, after an outage.")
@click.option("--give-up", "abandon", nargs=2, metavar="PACKET STEP", help="Never try this work again.")
def stuck_command(
    folder: Path | None, retry: tuple[str, str] | None, everything: bool, abandon: tuple[str, str] | None
) -> None:
    """List the work that waits for a human; what is given up can still be tried again."""
    with _opened(folder) as services:
        if retry is not None:
            try_again(services, *retry)
        if abandon is not None:
            give_up(services, *abandon)
        with services.store.read() as tx:
            again = [(stuck.packet_id, stuck.step) for stuck in tx.attention.all() if everything]
        for listed in again:
            try_again(services, *listed)
        with services.store.read() as tx:
            waiting = tx.attention.all()
    table = Table("Packet", "Step", "Since", "Reason", title=f"{len(waiting)} waiting")
    for stuck in waiting:
        table.add_row(stuck.packet_id, stuck.step, f"{stuck.since:%Y-%m-%d %H:%M} UTC", stuck.reason)
    Console().print(table)


@main.command("bounce")
@click.option(
    "--development", "folder", type=click.Path(path_type=Path), help="Folder with development keys."
)
def bounce_command(folder: Path | None) -> None:
    """Take in a mail (on standard input) that says a message did not arrive, as a mail server pipes it.

    The contact person hears of it. Exit status: 0 taken in, 1 no bounce of a message of ours.
    """
    found = bounces.read(sys.stdin.buffer.read(bounces.LARGEST + 1))
    with _opened(folder) as services:
        message = take_bounce(services, found.message_id, f"The mail came back ({found.status}).")
    click.echo(f"{message.kind} to {message.role} of packet {message.packet_id} did not arrive")


@main.command("renew")
@click.option("--all", "everything", is_flag=True, help="All that was delivered, also what is not due.")
@click.option("--reference", "wanted", help="This packet only, also when it is not due.")
@click.option("--list", "only_list", is_flag=True, help="Tell when each packet is due, and change nothing.")
@click.option(
    "--development", "folder", type=click.Path(path_type=Path), help="Folder with development keys."
)
def renew_command(everything: bool, wanted: str | None, only_list: bool, folder: Path | None) -> None:
    """Renew the timestamps of all that is due, now; the service does the same every night.

    Exit status: 0 all done, 1 something was not done (the table says what and why).
    """
    with _opened(folder) as services:
        if only_list:
            _show_plan(renewing.plan(services))
            return
        outcomes = renewing.run(services, wanted=wanted, everything=everything)
    done = sum(outcome.done for outcome in outcomes)
    table = Table("Packet", "Outcome", title=f"{done} renewed, {len(outcomes) - done} not")
    for outcome in outcomes:
        table.add_row(outcome.reference, outcome.told)
    Console().print(table)
    sys.exit(0 if done == len(outcomes) else 1)


def _show_plan(planned: tuple[renewing.Planned, ...]) -> None:
    table = Table("Packet", "Renewals", "Proves until", "Due from", title=f"{len(planned)} delivered")
    for each in planned:
        days = f"{each.proves_until:%Y-%m-%d}", f"{each.due:%Y-%m-%d}"
        table.add_row(each.reference, str(each.renewals), *days)
    Console().print(table)


@main.command("reconcile")
@click.option("--names", "names_only", is_flag=True, help="Compare which packages are there; read none.")
@click.option(
    "--development", "folder", type=click.Path(path_type=Path), help="Folder with development keys."
)
def reconcile_command(names_only: bool, folder: Path | None) -> None:
    """Compare the registry with what the archives have, and name each difference; for once a day.

    Exit status: 0 no difference, 1 at least one.
    """
    with _opened(folder) as services:
        found = reconciling.reconcile(services, names_only=names_only)
    table = Table("Corporation", "Package", "Difference", title=f"{len(found.findings)} differences")
    for finding in found.findings:
        table.add_row(finding.corporation, finding.name, finding.told)
    Console().print(table)
    click.echo(
        f"{found.compared} compared, {found.closed} that only a receipt proves, {found.waiting} not delivered"
    )
    sys.exit(1 if found.findings else 0)


@main.command("evidence")
@click.argument("wanted", metavar="REFERENCE")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="A new folder, or .zip.")
@click.option(
    "--development", "folder", type=click.Path(path_type=Path), help="Folder with development keys."
)
def evidence_command(wanted: str, output: Path, folder: Path | None) -> None:
    """Write every file that proves a packet to a folder or zip file: documents, evidence, audit trail."""
    if output.exists():
        raise click.BadParameter(f"{output} exists already: name another.", param_hint="-o")
    with _opened(folder) as services:
        files = dossier.export(services, None, wanted)
    try:
        if output.suffix == ".zip":
            output.write_bytes(dossier.zipped(files))
        else:
            output.mkdir(parents=True)
            for name, data in files.items():
                (output / name).write_bytes(data)
    except OSError as error:
        raise click.ClickException(f"{output} cannot be written ({error.strerror}): name another.") from None
    click.echo(f"{len(files)} files in {output}")


@main.command("validate-evidence")
@click.argument("path", type=click.Path(path_type=Path, exists=True))
@click.option("--trust", "roots", type=click.Path(path_type=Path), multiple=True, required=True, help="PEM.")
def validate_evidence_command(path: Path, roots: tuple[Path, ...]) -> None:
    """Prove from the files alone (a folder or a zip) that they belong together: exit 0, 1 or 2."""
    try:
        files = dossier.read(path)
        problems = dossier.problems(files, TrustRoots.read(roots), utc_now())
    except (OSError, UnusableTrust, dossier.DossierUnusable) as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(2)
    for problem in problems:
        click.echo(f"not valid: {problem}")
    click.echo("not valid" if problems else f"valid: {len(files)} files belong together and are unchanged")
    sys.exit(1 if problems else 0)


@main.group("operator")
def operator_group() -> None:
    """The people who set up organisations at the desk."""


@operator_group.command("add")
@click.argument("mail")
@click.option("--name", default="Beheerder", show_default=True, help="How the pages greet this person.")
@click.option(
    "--development", "folder", type=click.Path(path_type=Path), help="Folder with development keys."
)
def operator_add_command(mail: str, name: str, folder: Path | None) -> None:
    """Make an operator and print its invitation, a link that works once and for seven days.

    For an operator that is there already, the link gives a new password and telephone.
    """
    bind = "127.0.0.1:8000"
    config = read_config() if folder is None else development.prepare(folder, bind, utc_now())
    with open_services(config, DurableAgenda) as services:
        try:
            link = staff.add_operator(services, mail, name)
        except UnusableForm as error:
            why = (
                "is of somebody at an organisation" if "taken" in error.problems.values() else "is no address"
            )
            raise click.BadParameter(f"{mail} {why}; give another.", param_hint="MAIL") from None
    click.echo(link)


@contextmanager
def _opened(folder: Path | None) -> Iterator[Services]:
    """The services for one command; with development keys their authorities answer too."""
    if folder is None:
        with open_services(read_config(), DurableAgenda) as services:
            yield services
        return
    pki = development.development_pki(folder, utc_now())
    config = development.prepare(folder, "127.0.0.1:8000", utc_now())
    with development_server.serve(pki, utc_now), open_services(config, DurableAgenda) as services:
        yield services


main.add_command(validate_command, "validate")
for _command in operating.COMMANDS:
    main.add_command(_command)
main.add_command(openapi_command)
main.add_command(key_group)
