"""Finds places for small faults in Swift sources, and writes them there, each behind a switch that is read when it runs."""
import dataclasses
import pathlib
import random
import re

# The characters that Swift lets operators begin with: each fault of an operator is one of its own.
SIGNS = [chr(code) for code in [*range(0x2190, 0x2400), *range(0x2500, 0x2700), *range(0x2900, 0x2C00)]]
BOUNDS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
SUMS = {"+": "-", "-": "+", "&+": "&-", "&-": "&+"}
ASSIGNED = {"+=": "-=", "-=": "+=", "&+=": "&-=", "&-=": "&+="}
NAME = r"[a-z]\w*(?:\.[a-z]\w*)*"
WORDS = "return let var case if guard for while throw try await break continue defer switch super precondition preconditionFailure assert"
STATEMENT = re.compile(rf"(?!(?:{WORDS.replace(' ', '|')}|self\.init|super|fatalError|default|else|func|init)\b)"
                       rf"{NAME}(?:\[[^=]*\])?(?:\.\w+)*(?:\(.*\)|(?: [-+*/&|^]{{0,2}}= [^{{]*))$")
SWAPPED = re.compile(rf"(?<!func )(?<![\w.])((?:\w+\.)*\w+)\(((?:\w+: )?)({NAME}), ((?:\w+: )?)({NAME})\)")
LENGTH = re.compile(r"(?<![\w.])(?:\w+\.)*(?:count|length|frames|\w+(?:Count|Frames|Length))(?=[ ,)\]]|$)")

PASSED_OVER = re.compile(
    r"\s*(?:#|@\w+ *$|import |infix |prefix |postfix |.*\b(?:func|typealias|associatedtype|extension|protocol) |where )")


@dataclasses.dataclass
class Fault:
    """One change of one line."""
    kind: str
    file: str
    line: int  # from 0
    begin: int
    end: int
    old: str
    new: str  # as it is told
    source: str = ""  # the line as it was
    number: int = 0


def masked(text):
    """The text with blanks for comments and strings, of the same length."""
    pattern = re.compile(r'//[^\n]*|/\*.*?\*/|#"""(?s:.*?)"""#|"""(?s:.*?)"""|#"[^\n]*?"#|"(?:\\\(.*?\)|\\.|[^"\\\n])*"', re.S)
    return pattern.sub(lambda found: re.sub(r"[^\n]", "\x00", found[0]), text)


def balanced(text):
    return all(text.count(a) == text.count(b) for a, b in ("()", "[]", "{}"))


def faults(file, text):
    """All faults that this module knows for a file. Some do not compile: the compiler says which."""
    lines, clear = text.split("\n"), masked(text).split("\n")
    for index, line in enumerate(clear):
        if PASSED_OVER.match(line):
            continue
        for found in re.finditer(r" (<=?|>=?|&?[-+]=?) (?=\S)", line):
            sign = found[1]
            if sign in BOUNDS:
                yield Fault("bound", file, index, *found.span(1), sign, BOUNDS[sign])
            else:
                yield Fault("sign", file, index, *found.span(1), sign, (SUMS | ASSIGNED)[sign])
        for found in re.finditer(r"(?<=[\w)\]])\.\.<(?=[\w(])", line):
            yield Fault("bound", file, index, *found.span(), "..<", "..< one less than")
        for found in LENGTH.finditer(line):
            before, after = line[:found.start()], line[found.end():]
            if re.match(r"\s*(?:[-+*/&]*=[^=]|:)", after) or before.endswith("&") or "let " in before[-5:]:
                continue
            yield Fault("length", file, index, *found.span(), found[0], found[0] + random.Random(f"{file}{index}").choice([" + 1", " - 1"]))
        for found in SWAPPED.finditer(line):
            if not {found[1], found[3], found[5]} & {"nil", "true", "false", "self", "max", "min"} and found[3] != found[5]:
                yield Fault("swap", file, index, *found.span(), found[0], f"{found[1]}({found[2]}{found[5]}, {found[4]}{found[3]})")
        statement = line.strip()
        if STATEMENT.match(statement) and balanced(statement) and stands_alone(clear, index):
            begin = len(line) - len(line.lstrip())
            yield Fault("drop", file, index, begin, len(lines[index].rstrip()), statement, "nothing")


def stands_alone(lines, index):
    """Whether a line is a statement, not a part of a longer one."""
    before = next((line.rstrip() for line in reversed(lines[:index]) if line.strip(" \x00")), "")
    after = next((line.strip() for line in lines[index + 1:] if line.strip(" \x00")), "")
    return not re.search(r"(?:[,(\[=?:&|+*/-]|return|switch \S+ \{)$", before) and not re.match(r"[.?:,)\]&|+*/-]", after) and (
        before.endswith(("{", "}")) or balanced(before) or before.endswith(" in"))


def written(text, chosen):
    """The text with the faults of a file: at most one a line."""
    lines = text.split("\n")
    for fault in chosen:
        line = lines[fault.line]
        old, number = line[fault.begin:fault.end], fault.number
        if fault.kind == "drop":
            new = f"if !isMutant({number}) {{ {old} }}"
        elif fault.kind == "swap":
            name, first, a, second, b = SWAPPED.match(old).groups()
            new = f"{name}({first}isMutant({number}) ? {b} : {a}, {second}isMutant({number}) ? {a} : {b})"
        elif fault.kind == "length":
            new = f"{old}{SIGNS[number]}"
        else:
            new = SIGNS[number]
        lines[fault.line] = line[:fault.begin] + new + line[fault.end:]
    return "\n".join(lines)


HEAD = """import CMutants

@inline(__always) @_semantics("no_performance_analysis")
func isMutant(_ number: Int32) -> Bool { convolved_is_mutant(number) }

"""
PROOF = '@inline(__always) @_semantics("no_performance_analysis")'


def operators(chosen):
    """A module's own file: an operator for each fault of an operator, and the switch."""
    text = HEAD
    for fault in chosen:
        sign, is_mutant = SIGNS[fault.number], f"isMutant({fault.number})"
        if fault.kind == "length":
            change = "&+" if fault.new.endswith("+ 1") else "&-"
            text += f"postfix operator {sign}\n{PROOF}\npostfix func {sign}(a: Int) -> Int {{ {is_mutant} ? a {change} 1 : a }}\n"
        elif fault.old == "..<":
            text += (f"infix operator {sign}: RangeFormationPrecedence\n{PROOF}\n"
                     f"func {sign}(a: Int, b: Int) -> Range<Int> {{ {is_mutant} && b > a ? a..<b &- 1 : a..<b }}\n")
        elif fault.kind == "bound":
            text += (f"infix operator {sign}: ComparisonPrecedence\n{PROOF}\n"
                     f"func {sign}<T: Comparable>(a: T, b: T) -> Bool {{ {is_mutant} ? a {fault.new} b : a {fault.old} b }}\n")
        elif fault.kind == "sign":
            group, type = ("Assignment", "inout T") if fault.old in ASSIGNED else ("Addition", "T")
            result, limit = ("" if fault.old in ASSIGNED else " -> T"), ("FixedWidthInteger" if "&" in fault.old else "Numeric")
            text += (f"infix operator {sign}: {group}Precedence\n{PROOF}\nfunc {sign}<T: {limit}>(a: {type}, b: T){result} {{ "
                     f"if {is_mutant} {{ {'' if group == 'Assignment' else 'return '}a {fault.new} b }} else "
                     f"{{ {'' if group == 'Assignment' else 'return '}a {fault.old} b }} }}\n")
    return text


def drawn(sources, modules, most, seed):
    """`most` faults of all kinds in turn, at most one a line, of which some will not compile."""
    generator = random.Random(seed)
    kinds, taken, result = {}, set(), []
    for module in modules:
        for path in sorted((sources / module).rglob("*.swift")):
            text = path.read_text()
            for fault in faults(str(path.relative_to(sources.parent)), text):
                fault.source = text.split("\n")[fault.line].strip()
                kinds.setdefault(fault.kind, []).append(fault)
    for kind in sorted(kinds):
        generator.shuffle(kinds[kind])
    while len(result) < most and any(kinds.values()):
        for kind in sorted(kinds):
            while kinds[kind]:
                fault = kinds[kind].pop()
                if (fault.file, fault.line) not in taken:
                    taken.add((fault.file, fault.line))
                    result.append(fault)
                    break
    for number, fault in enumerate(result, 1):
        fault.number = number
    return result
