"""What a definition and a branch look like in each language; data for `symbols`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tree_sitter import Node

_NONE: frozenset[str] = frozenset()


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _python_public(node: Node, name: str, outer: str) -> bool:
    is_dunder = name.startswith("__") and name.endswith("__")
    return is_dunder or not name.startswith("_")


def _script_public(node: Node, name: str, outer: str) -> bool:
    modifiers = [c.text for c in node.children if c.type == "accessibility_modifier"]
    hidden = name.startswith(("#", "_")) or b"private" in modifiers
    return outer == "class" and not hidden


def _go_public(node: Node, name: str, outer: str) -> bool:
    return name.rpartition(".")[2][:1].isupper()


def _rust_public(node: Node, name: str, outer: str) -> bool:
    return any(child.type == "visibility_modifier" for child in node.children[:3])


def _java_public(node: Node, name: str, outer: str) -> bool:
    modifiers = [c.text or b"" for c in node.children[:1] if c.type == "modifiers"]
    return any(b"public" in text.split() for text in modifiers)


def _no_receiver(node: Node) -> str:
    return ""


def _go_receiver(node: Node) -> str:
    """The type a Go method hangs on, with a dot."""
    receiver = node.child_by_field_name("receiver")
    if receiver is None or receiver.text is None:
        return ""
    text = receiver.text[:200].decode("utf-8", "replace").strip("()")
    return text.split(" ")[-1].lstrip("*").partition("[")[0] + "."


@dataclass(frozen=True, slots=True)
class Table:
    """One language: where its grammar lies and the node types that matter.

    `holders` are assignments that define a function when their value is one of
    `values`; `scopes` (of methods) and `modules` only give a name to what is inside;
    `wrappers` (decorators, `export`) belong to the definition inside them.
    `by_export`: public is what the file exports.
    """

    module: str
    function: str
    functions: frozenset[str]
    classes: frozenset[str]
    branches: frozenset[str]
    is_public: Callable[[Node, str, str], bool]
    methods: frozenset[str] = _NONE
    scopes: frozenset[str] = _NONE
    modules: frozenset[str] = _NONE
    wrappers: frozenset[str] = _NONE
    holders: frozenset[str] = _NONE
    values: frozenset[str] = _NONE
    by_export: bool = False
    receiver: Callable[[Node], str] = field(default=_no_receiver)


_SCRIPT_FUNCTIONS = _words("function_declaration generator_function_declaration")
_SCRIPT_BRANCHES = _words(
    "if_statement for_statement for_in_statement while_statement do_statement"
    " switch_case catch_clause ternary_expression"
)
_SCRIPT_VALUES = _words("arrow_function function_expression generator_function")


def _typescript(function: str) -> Table:
    return Table(
        module="tree_sitter_typescript",
        function=function,
        functions=_SCRIPT_FUNCTIONS,
        classes=_words("class_declaration abstract_class_declaration"),
        branches=_SCRIPT_BRANCHES,
        is_public=_script_public,
        methods=_words("method_definition"),
        modules=_words("internal_module"),
        wrappers=_words("export_statement"),
        holders=_words("variable_declarator public_field_definition"),
        values=_SCRIPT_VALUES,
        by_export=True,
    )


LANGUAGES: dict[str, Table] = {
    "python": Table(
        module="tree_sitter_python",
        function="language",
        functions=_words("function_definition"),
        classes=_words("class_definition"),
        branches=_words(
            "if_statement elif_clause for_statement while_statement except_clause"
            " case_clause conditional_expression if_clause for_in_clause"
        ),
        is_public=_python_public,
        wrappers=_words("decorated_definition"),
    ),
    "javascript": Table(
        module="tree_sitter_javascript",
        function="language",
        functions=_SCRIPT_FUNCTIONS,
        classes=_words("class_declaration"),
        branches=_SCRIPT_BRANCHES,
        is_public=_script_public,
        methods=_words("method_definition"),
        wrappers=_words("export_statement"),
        holders=_words("variable_declarator field_definition"),
        values=_SCRIPT_VALUES,
        by_export=True,
    ),
    "typescript": _typescript("language_typescript"),
    "tsx": _typescript("language_tsx"),
    "go": Table(
        module="tree_sitter_go",
        function="language",
        functions=_words("function_declaration"),
        classes=_words("type_spec"),
        branches=_words(
            "if_statement for_statement expression_case type_case communication_case"
        ),
        is_public=_go_public,
        methods=_words("method_declaration"),
        receiver=_go_receiver,
    ),
    "rust": Table(
        module="tree_sitter_rust",
        function="language",
        functions=_words("function_item"),
        classes=_words("struct_item enum_item trait_item union_item"),
        branches=_words(
            "if_expression for_expression while_expression loop_expression match_arm"
        ),
        is_public=_rust_public,
        scopes=_words("impl_item"),
        modules=_words("mod_item"),
    ),
    "java": Table(
        module="tree_sitter_java",
        function="language",
        functions=_NONE,
        classes=_words(
            "class_declaration interface_declaration enum_declaration"
            " record_declaration"
        ),
        branches=_words(
            "if_statement for_statement enhanced_for_statement while_statement"
            " do_statement switch_label catch_clause ternary_expression"
        ),
        is_public=_java_public,
        methods=_words("method_declaration constructor_declaration"),
    ),
}

BY_SUFFIX: dict[str, str] = {
    ".py": "python",
    ".pyi": "python",
    ".js": "javascript",
    ".jsx": "javascript",
    ".mjs": "javascript",
    ".cjs": "javascript",
    ".ts": "typescript",
    ".mts": "typescript",
    ".cts": "typescript",
    ".tsx": "tsx",
    ".go": "go",
    ".rs": "rust",
    ".java": "java",
}
