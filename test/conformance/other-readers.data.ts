/**
 * What Python runs: it reads a question of JSON, hands each document to the library that its
 * project publishes, and answers with a list of faults.
 */
export const READER_PROGRAM = `
import csv, json, sys

question = json.load(sys.stdin)
wanted = set(question["purls"])

def missing(found):
    lost = sorted(wanted - set(found))
    return "does not find " + lost[0] if lost else ""

def cyclonedx(form, file):
    from cyclonedx.model.bom import Bom
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator
    from cyclonedx.validation.xml import XmlValidator
    kind, _, version = form.partition("@")
    schema = SchemaVersion.from_version(version)
    text = open(file, encoding="utf-8").read()
    is_json = kind.endswith("json")
    validator = JsonStrictValidator(schema) if is_json else XmlValidator(schema)
    fault = validator.validate_str(text)
    if fault is not None:
        return str(fault)[:500]
    if is_json:
        bom = Bom.from_json(json.loads(text))
    else:
        import io
        bom = Bom.from_xml(io.StringIO(text))
    bom.validate()
    import re, urllib.parse
    # The library writes a colon as it is.
    plain = lambda purl: urllib.parse.unquote(re.sub("[?#].*", "", str(purl))).lower()
    found = {plain(each.purl) for each in bom.components if each.purl is not None}
    lost = sorted(purl for purl in wanted if plain(purl) not in found)
    return "does not find " + lost[0] if lost else ""

def spdx2(form, file):
    import logging
    logging.disable(logging.CRITICAL)
    from spdx_tools.spdx.parser.json import json_parser
    from spdx_tools.spdx.parser.tagvalue import tagvalue_parser
    from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document
    reader = json_parser if form.startswith("spdx-json") else tagvalue_parser
    document = reader.parse_from_file(file)
    faults = validate_full_spdx_document(document)
    if faults:
        return faults[0].validation_message[:500]
    return missing(
        reference.locator
        for package in document.packages
        for reference in package.external_references
        if reference.reference_type == "purl"
    )

def spdx3(form, file):
    from spdx_python_model import v3_0_1 as model
    objects = model.SHACLObjectSet()
    with open(file, encoding="utf-8") as stream:
        model.JSONLDDeserializer().read(stream, objects)
    unknown = objects.link()
    if unknown:
        return "refers to what is not there: " + sorted(unknown)[0]
    return missing(
        package.software_packageUrl for package in objects.foreach_type(model.software_Package)
    )

def table(form, file):
    with open(file, encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream, strict=True))
    widths = {len(row) for row in rows}
    if len(widths) != 1:
        return "lines have different numbers of fields"
    count = len(rows) - 1
    return "" if count == question["rows"] else f"has {count} rows and not {question['rows']}"

def junit(form, file):
    from junitparser import Error, Failure, JUnitXml
    report = JUnitXml.fromfile(file)
    results = [type(each) for suite in report for case in suite for each in case.result]
    count = sum(1 for each in results if each in (Error, Failure))
    stated = sum(suite.failures + suite.errors for suite in report)
    if count != stated:
        return f"states {stated} failures and errors and has {count}"
    return "" if count == question["rows"] else f"has {count} failures and not {question['rows']}"

def markdown(form, file):
    from markdown_it import MarkdownIt
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse(open(file, encoding="utf-8").read())
    inline = [child for token in tokens for child in token.children or []]
    kinds = {each.type for each in inline} - {"text", "code_inline", "softbreak"}
    kinds -= {"strong_open", "strong_close"}
    if kinds:
        return "means more than text: " + ", ".join(sorted(kinds))
    rows = [number for number, each in enumerate(tokens) if each.type == "tr_open"]
    first = tokens[rows[0]:] if rows else []
    end = next((n for n, each in enumerate(first) if each.type == "table_close"), 0)
    count = sum(1 for each in first[:end] if each.type == "tr_open") - 1
    more = [each.content for each in tokens if " more " in each.content]
    if more or not rows:
        return ""
    return "" if count == question["rows"] else f"has {count} rows and not {question['rows']}"

READERS = {
    "cyclonedx": cyclonedx,
    "spdx2": spdx2,
    "spdx3": spdx3,
    "csv": table,
    "junit": junit,
    "markdown": markdown,
}

def answer(form, file):
    try:
        return READERS[question["kind"]](form, file)
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:500]

import contextlib, io
with contextlib.redirect_stdout(io.StringIO()):
    answers = [answer(form, file) for form, file in question["documents"]]
print(json.dumps(answers))
`;
