using System.Text;

namespace Vortex.Infra.Tests.Bicep;

/// <summary>Cuts a Bicep file into pieces. Comments are left out; the expressions inside texts are cut too.</summary>
internal sealed class BicepLexer(string text)
{
    // The longest first.
    private static readonly string[] s_signs = ["...", "=>", "==", "!=", "=~", "!~", "<=", ">=", "&&", "||", "??", "::", ".?"];

    private int _at;
    private int _line = 1;

    public static IReadOnlyList<BicepToken> Cut(string text) => new BicepLexer(text.ReplaceLineEndings("\n")).Tokens(untilBrace: false);

    private List<BicepToken> Tokens(bool untilBrace)
    {
        List<BicepToken> all = [];
        int depth = 0;
        while (_at < text.Length)
        {
            char next = text[_at];
            if (untilBrace && next == '}' && depth == 0)
            {
                _at++;
                return all;
            }

            if (next == '\n')
            {
                all.Add(Make(BicepKind.LineEnd, "\n"));
                _line++;
                _at++;
            }
            else if (char.IsWhiteSpace(next))
            {
                _at++;
            }
            else if (Starts("//"))
            {
                int end = text.IndexOf('\n', _at);
                _at = end < 0 ? text.Length : end;
            }
            else if (Starts("/*"))
            {
                int end = text.IndexOf("*/", _at, StringComparison.Ordinal);
                Require(end >= 0, "a comment without an end");
                _line += text.AsSpan(_at, end - _at).Count('\n');
                _at = end + 2;
            }
            else if (next == '\'')
            {
                all.Add(Starts("'''") ? LongText() : Text());
            }
            else if (char.IsLetter(next) || next == '_')
            {
                all.Add(Run(BicepKind.Name, static c => char.IsLetterOrDigit(c) || c == '_'));
            }
            else if (char.IsDigit(next))
            {
                all.Add(Run(BicepKind.Number, char.IsDigit));
            }
            else
            {
                string sign = s_signs.FirstOrDefault(Starts) ?? next.ToString();
                depth += sign == "{" ? 1 : sign == "}" ? -1 : 0;
                all.Add(Make(BicepKind.Sign, sign));
                _at += sign.Length;
            }
        }

        Require(!untilBrace, "an expression in a text without an end");
        return all;
    }

    private BicepToken Text()
    {
        int line = _line;
        StringBuilder value = new();
        List<IReadOnlyList<BicepToken>> inner = [];
        for (_at++; ; _at++)
        {
            Require(_at < text.Length && text[_at] != '\n', "a text without an end");
            if (text[_at] == '\'')
            {
                _at++;
                return new BicepToken(BicepKind.Text, value.ToString(), line, inner);
            }

            if (text[_at] == '\\')
            {
                value.Append(text[++_at]);
            }
            else if (Starts("${"))
            {
                _at += 2;
                inner.Add(Tokens(untilBrace: true));
                value.Append("${}");
                _at--;
            }
            else
            {
                value.Append(text[_at]);
            }
        }
    }

    private BicepToken LongText()
    {
        int end = text.IndexOf("'''", _at + 3, StringComparison.Ordinal);
        Require(end >= 0, "a text without an end");
        BicepToken token = new(BicepKind.Text, text[(_at + 3)..end], _line, []);
        _line += token.Value.Count(c => c == '\n');
        _at = end + 3;
        return token;
    }

    private BicepToken Run(BicepKind kind, Func<char, bool> belongs)
    {
        int begin = _at;
        while (_at < text.Length && belongs(text[_at]))
        {
            _at++;
        }

        return Make(kind, text[begin.._at]);
    }

    private BicepToken Make(BicepKind kind, string value) => new(kind, value, _line, []);

    private bool Starts(string what) => string.CompareOrdinal(text, _at, what, 0, what.Length) == 0;

    private void Require(bool condition, string what)
    {
        if (!condition)
        {
            throw new FormatException($"Line {_line}: {what}.");
        }
    }
}
