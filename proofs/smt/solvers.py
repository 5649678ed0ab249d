# SPDX-License-Identifier: BSD-3-Clause
"""Which solvers can be asked, and how does each take a text in SMT-LIB?

Each gives a status (unsat, sat, unknown) and, where it is sat, the values of the variables.
"""

from __future__ import annotations

import re


def bitwuzla_answer(text, seconds):
    """Status and values of the variables, by bitwuzla."""
    from bitwuzla import Option, Options, Parser, TermManager

    options = Options()
    options.set(Option.PRODUCE_MODELS, True)
    options.set(Option.TIME_LIMIT_PER, int(seconds * 1000))
    options.set(Option.SEED, 1)
    parser = Parser(TermManager(), options)
    parser.parse(text, True, False)
    solver = parser.bitwuzla()
    status = str(solver.check_sat()).rpartition(".")[2].lower()
    values = {}
    if status == "sat":
        for f in parser.get_declared_funs():
            values[str(f)] = int(
                str(solver.get_value(f))
                .removeprefix("#b")
                .replace("true", "1")
                .replace("false", "0"),
                2,
            )
    return status, values


def z3_answer(text, seconds):
    """Status and values of the variables, by z3."""
    import z3

    solver = z3.Solver()
    solver.set("timeout", int(seconds * 1000))
    solver.set("random_seed", 1)
    solver.from_string(text)
    status = str(solver.check())
    if status != "sat":
        return status, {}
    # A model has what the text defines, too, and lacks variables of which any value will do.
    values, model = dict.fromkeys(re.findall(r"\(declare-const (\S+)", text), 0), solver.model()
    for f in model.decls():
        if f.name() in values:
            values[f.name()] = number(model.eval(f(), model_completion=True).sexpr())
    return status, values


def cvc5_answer(text, seconds):
    """Status and values of the variables, by cvc5."""
    import cvc5

    solver = cvc5.Solver()
    solver.setOption("produce-models", "true")
    solver.setOption("tlimit-per", str(int(seconds * 1000)))
    solver.setOption("seed", "1")
    parser = cvc5.InputParser(solver)
    parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, text, "query")
    symbols, status = parser.getSymbolManager(), "unknown"
    while not (command := parser.nextCommand()).isNull():
        if command.getCommandName() == "check-sat":
            answer = solver.checkSat()
            status = "sat" if answer.isSat() else "unsat" if answer.isUnsat() else "unknown"
        else:
            command.invoke(solver, symbols)
    if status != "sat":
        return status, {}
    return status, {
        str(x): number(str(solver.getValue(x)))
        for x in symbols.getDeclaredTerms()
        if not x.isNull()
    }


def number(text):
    """The integer that a constant of SMT-LIB is."""
    if text in ("true", "false"):
        return int(text == "true")
    return int(text[2:], {"#b": 2, "#x": 16}[text[:2]])


FIRST = "bitwuzla"
SOLVERS = {"bitwuzla": bitwuzla_answer, "z3": z3_answer, "cvc5": cvc5_answer}
