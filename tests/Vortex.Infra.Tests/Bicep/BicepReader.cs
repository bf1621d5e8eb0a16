namespace Vortex.Infra.Tests.Bicep;

/// <summary>Reads the structure of a Bicep file: what is declared, and which pieces belong to it. It knows no types of Azure; the compiler does.</summary>
internal sealed class BicepReader
{
    private readonly IReadOnlyList<BicepToken> _tokens;
    private readonly List<BicepDeclaration> _found = [];
    private int _at;

    private BicepReader(IReadOnlyList<BicepToken> tokens) => _tokens = tokens;

    /// <summary>Reads a file.</summary>
    /// <exception cref="FormatException">It is no Bicep; the message says which line.</exception>
    public static BicepFile Read(string path, string text)
    {
        IReadOnlyList<BicepToken> tokens = BicepLexer.Cut(text);
        BicepReader reader = new(tokens);
        reader.File();
        return new BicepFile(path, reader._found, tokens);
    }

    private void File()
    {
        List<KeyValuePair<string, IReadOnlyList<BicepToken>>> decorators = [];
        while (_at < _tokens.Count)
        {
            BicepToken token = _tokens[_at++];
            if (token.Kind == BicepKind.LineEnd)
            {
                continue;
            }

            if (token.Is("@"))
            {
                decorators.Add(Decorator());
                continue;
            }

            Declaration(token, decorators);
            decorators = [];
        }
    }

    private void Declaration(BicepToken keyword, List<KeyValuePair<string, IReadOnlyList<BicepToken>>> decorators)
    {
        switch (keyword.Value)
        {
            case "targetScope" or "metadata":
                RestOfStatement();
                break;
            case "import":
                Import(keyword.Line);
                break;
            case "param" or "output" or "var" or "type":
                Valued(keyword, decorators);
                break;
            case "func":
                Func(keyword.Line, decorators);
                break;
            case "resource" or "module":
                Made(keyword, decorators, parent: null);
                break;
            default:
                throw new FormatException($"Line {keyword.Line}: '{keyword.Value}' begins no declaration.");
        }
    }

    private KeyValuePair<string, IReadOnlyList<BicepToken>> Decorator()
    {
        string name = Name();
        Expect("(");
        return KeyValuePair.Create<string, IReadOnlyList<BicepToken>>(name, Between("(", ")"));
    }

    private void Valued(BicepToken keyword, List<KeyValuePair<string, IReadOnlyList<BicepToken>>> decorators)
    {
        BicepDeclares what = Enum.Parse<BicepDeclares>(keyword.Value, ignoreCase: true);
        string name = Name();
        List<BicepToken> rest = RestOfStatement();
        int equals = TopLevel(rest, "=");
        List<BicepToken> type = what is BicepDeclares.Param or BicepDeclares.Output ? [.. rest.Take(equals < 0 ? rest.Count : equals)] : [];
        _found.Add(new BicepDeclaration(what, name, keyword.Line)
        {
            Decorators = decorators,
            Of = string.Concat(type.Select(token => token.Value)),
            TypePieces = type,
            Value = equals < 0 ? null : [.. rest.Skip(equals + 1)],
        });
    }

    private void Func(int line, List<KeyValuePair<string, IReadOnlyList<BicepToken>>> decorators)
    {
        string name = Name();
        Expect("(");
        IReadOnlyList<BicepToken> parameters = Between("(", ")");
        List<BicepToken> rest = RestOfStatement();
        int arrow = TopLevel(rest, "=>");
        string[] locals = [.. parameters.Where((token, at) => token.Kind == BicepKind.Name && (at == 0 || parameters[at - 1].Is(","))).Select(token => token.Value)];
        _found.Add(new BicepDeclaration(BicepDeclares.Func, name, line)
        {
            Decorators = decorators,
            Locals = locals,
            TypePieces = [.. parameters.Where(token => !locals.Contains(token.Value)), .. rest.Take(Math.Max(arrow, 0))],
            Value = [.. rest.Skip(arrow + 1)],
        });
    }

    private void Import(int line)
    {
        Expect("{");
        List<BicepToken> names = [.. Between("{", "}").Where(token => token.Kind == BicepKind.Name)];
        Expect("from");
        string path = Text();
        for (int i = 0; i < names.Count; i++)
        {
            string source = names[i].Value;
            string name = i + 2 < names.Count && names[i + 1].Is("as") ? names[i += 2].Value : source;
            // What it is called there is kept as the only local.
            _found.Add(new BicepDeclaration(BicepDeclares.Import, name, line) { Of = path, Locals = [source] });
        }
    }

    private void Made(BicepToken keyword, List<KeyValuePair<string, IReadOnlyList<BicepToken>>> decorators, string? parent)
    {
        string name = Name();
        string of = Text();
        if (parent is not null && !of.Contains('@', StringComparison.Ordinal) && parent.Split('@') is [string type, string version])
        {
            of = $"{type}/{of}@{version}";
        }

        bool existing = _tokens[_at].Is("existing");
        _at += existing ? 1 : 0;
        Expect("=");
        List<BicepToken> value = RestOfStatement();
        _found.Add(new BicepDeclaration(Enum.Parse<BicepDeclares>(keyword.Value, ignoreCase: true), name, keyword.Line)
        {
            Decorators = decorators,
            Of = of,
            IsExisting = existing,
            IsNested = parent is not null,
            Value = value,
        });

        // Resources inside this one.
        for (int i = 0; i + 2 < value.Count; i++)
        {
            if (value[i].Is("resource") && value[i + 1].Kind == BicepKind.Name && value[i + 2].Kind == BicepKind.Text)
            {
                BicepReader inner = new(value) { _at = i + 1 };
                inner.Made(value[i], [], of);
                _found.AddRange(inner._found);
                i = inner._at - 1;
            }
        }
    }

    // Up to the end of the line, unless a bracket is open or the next line goes on with the expression.
    private List<BicepToken> RestOfStatement()
    {
        List<BicepToken> rest = [];
        int depth = 0;
        for (; _at < _tokens.Count; _at++)
        {
            BicepToken token = _tokens[_at];
            if (token.Kind == BicepKind.LineEnd && depth == 0 && !GoesOn(_at))
            {
                break;
            }

            depth += token.Kind != BicepKind.Sign ? 0 : token.Value is "{" or "[" or "(" ? 1 : token.Value is "}" or "]" or ")" ? -1 : 0;
            if (depth < 0)
            {
                break;
            }

            rest.Add(token);
        }

        return depth > 0 ? throw new FormatException($"Line {rest[0].Line}: a bracket without an end.") : rest;
    }

    private bool GoesOn(int at)
    {
        BicepToken? next = _tokens.Skip(at).FirstOrDefault(token => token.Kind != BicepKind.LineEnd);
        bool openBefore = at > 0 && _tokens[at - 1] is { Kind: BicepKind.Sign, Value: "=" or "=>" or "?" or ":" or "&&" or "||" or "??" };
        return openBefore || next is { Kind: BicepKind.Sign, Value: "?" or ":" or "&&" or "||" or "??" or "." };
    }

    private List<BicepToken> Between(string open, string close)
    {
        List<BicepToken> inside = [];
        for (int depth = 1; _at < _tokens.Count; _at++)
        {
            depth += _tokens[_at].Is(open) ? 1 : _tokens[_at].Is(close) ? -1 : 0;
            if (depth == 0)
            {
                _at++;
                return inside;
            }

            inside.Add(_tokens[_at]);
        }

        throw new FormatException($"A '{open}' has no '{close}'.");
    }

    private static int TopLevel(List<BicepToken> tokens, string sign)
    {
        int depth = 0;
        for (int i = 0; i < tokens.Count; i++)
        {
            if (depth == 0 && tokens[i].Is(sign))
            {
                return i;
            }

            depth += tokens[i].Kind != BicepKind.Sign ? 0 : tokens[i].Value is "{" or "[" or "(" ? 1 : tokens[i].Value is "}" or "]" or ")" ? -1 : 0;
        }

        return -1;
    }

    private string Name() => Take(BicepKind.Name).Value;

    private string Text() => Take(BicepKind.Text).Value;

    private BicepToken Take(BicepKind kind)
    {
        BicepToken token = _at < _tokens.Count ? _tokens[_at++] : throw new FormatException("The file ends in the middle of a declaration.");
        return token.Kind == kind ? token : throw new FormatException($"Line {token.Line}: '{token.Value}' stands where a {kind} is expected.");
    }

    private void Expect(string sign)
    {
        BicepToken token = _at < _tokens.Count ? _tokens[_at++] : throw new FormatException($"The file ends where '{sign}' is expected.");
        if (!token.Is(sign))
        {
            throw new FormatException($"Line {token.Line}: '{token.Value}' stands where '{sign}' is expected.");
        }
    }
}
