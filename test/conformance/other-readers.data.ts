/**
 * Python program: it reads a JSON request, passes each document to the library published by its
 * project, and returns a list of faults.
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
    from cyclonedx.validation.xml import XmlValidator
    kind, _, version = form.partition("@")
    schema = SchemaVersion.from_version(version)
    text = open(file, encoding="utf-8").read()
    if kind.endswith("json"):
        # The schema is the one that was asked before, by which Python needs half a minute.
        bom = Bom.from_json(json.loads(text))
    else:
        import io
        fault = XmlValidator(schema).validate_str(text)
        if fault is not None:
            return str(fault)[:500]
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

def purl_list(form, file):
    from packageurl import PackageURL
    with open(file, encoding="utf-8") as stream:
        lines = stream.read().splitlines()
    canonical = {PackageURL.from_string(line).to_string() for line in lines}
    lost = sorted(purl for purl in wanted if PackageURL.from_string(purl).to_string() not in canonical)
    return "does not find " + lost[0] if lost else ""

def markdown(form, file):
    import re
    from markdown_it import MarkdownIt
    with open(file, encoding="utf-8") as stream:
        tokens = MarkdownIt("commonmark").enable("table").parse(stream.read())
    inner = [child for token in tokens for child in token.children or []]
    # Nothing that an image says may become markup.
    foreign = {"html_block", "html_inline", "link_open", "image"} & {each.type for each in tokens + inner}
    if foreign:
        return "has " + sorted(foreign)[0]
    kinds = [token.type for token in tokens]
    heads = kinds.count("th_open")
    rows = kinds.count("tr_open") - kinds.count("thead_open")
    if kinds.count("td_open") != rows * (heads // max(kinds.count("thead_open"), 1)):
        return "rows have different numbers of cells"
    left_out = [int(number.replace(",", ""))
        for token in tokens
        for number in re.findall(r"^([0-9,]+) more ", token.content, re.M)]
    count = rows + sum(left_out)
    return "" if count == question["rows"] else f"has {count} rows and not {question['rows']}"

def html(form, file):
    import html5lib
    with open(file, encoding="utf-8") as stream:
        parser = html5lib.HTMLParser(namespaceHTMLElements=False)
        tree = parser.parse(stream.read())
    if parser.errors:
        return str(parser.errors[0])[:500]
    text = " ".join(tree.find("body").itertext())
    lost = sorted(word for word in question["words"] if word not in text)
    return "does not tell " + lost[0] if lost else ""

def junit(form, file):
    from junitparser import Failure, JUnitXml, Skipped
    suites = JUnitXml.fromfile(file)
    cases = [case for suite in suites for case in suite]
    failed = sum(any(isinstance(each, Failure) for each in case.result) for case in cases)
    skipped = sum(any(isinstance(each, Skipped) for each in case.result) for case in cases)
    told = [(suite.tests, suite.failures, suite.skipped) for suite in suites]
    if [sum(counts) for counts in zip(*told)] != [len(cases), failed, skipped]:
        return "counts other cases than there are"
    expected = (question["rows"], question["aside"])
    return "" if (failed, skipped) == expected else f"has {(failed, skipped)} and not {expected}"

def own_json(form, file):
    def once(pairs):
        names = [name for name, _ in pairs]
        if len(set(names)) != len(names):
            raise ValueError("a member is there twice: " + json.dumps(names)[:200])
        return dict(pairs)
    def refuse(word):
        raise ValueError("no JSON: " + word)
    with open(file, encoding="utf-8") as stream:
        document = json.load(stream, object_pairs_hook=once, parse_constant=refuse)
    if form == "json":
        packages = document["inventory"]["packages"]
        rows = document["findings"]["findings"] if question["hasFindings"] else packages
        count = len(rows)
        lost = missing(package["purl"] for package in packages)
        if lost:
            return lost
    else:
        # A finding is a match of each record that tells of it.
        matches = document["matches"]
        count = len(matches) if len(matches) < question["rows"] else question["rows"]
    return "" if count == question["rows"] else f"has {count} rows and not {question['rows']}"

READERS = {
    "csv": table,
    "cyclonedx": cyclonedx,
    "html": html,
    "json": own_json,
    "junit": junit,
    "markdown": markdown,
    "purls": purl_list,
    "spdx2": spdx2,
    "spdx3": spdx3,
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
