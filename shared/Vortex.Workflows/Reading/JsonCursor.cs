using System.Text.Json;

namespace Vortex.Workflows;

/// <summary>The second pass: walks a text that the scan let through, and reports what a document does not allow, with its place.</summary>
/// <remarks>Every read method leaves the reader on the last token of the value it took or refused.</remarks>
internal ref struct JsonCursor(ReadOnlySpan<byte> text, WorkflowLimits limits, PlacedProblems problems)
{
    private readonly PointerPath _path = new();
    private readonly NamePool _names = new();
    private Utf8JsonReader _reader = new(text, new JsonReaderOptions { MaxDepth = JsonScan.ReaderDepth(limits) });
    private long _nameOffset;

    /// <summary>Gets where the value begins.</summary>
    public readonly long Offset => _reader.TokenStartIndex;

    /// <summary>Goes to the root value.</summary>
    public void Start() => _reader.Read();

    /// <summary>Enters an object; anything else is a problem and is passed over.</summary>
    public bool BeginObject() => _reader.TokenType == JsonTokenType.StartObject || Refuse("an object");

    /// <summary>Goes to the value of the next member; false after the last one. Each member ends with <see cref="EndMember"/>.</summary>
    public bool NextMember(out string name)
    {
        _reader.Read();
        if (_reader.TokenType == JsonTokenType.EndObject)
        {
            name = "";
            return false;
        }

        name = _names.Get(ref _reader);
        _nameOffset = _reader.TokenStartIndex;
        _path.Push(name);
        _reader.Read();
        return true;
    }

    public readonly void EndMember() => _path.Pop();

    /// <summary>Enters an array; anything else is a problem and is passed over.</summary>
    public bool BeginArray()
    {
        if (_reader.TokenType != JsonTokenType.StartArray)
        {
            return Refuse("an array");
        }

        _path.Push(-1);
        return true;
    }

    /// <summary>Goes to the next entry of the array; false after the last one.</summary>
    public bool NextItem()
    {
        _reader.Read();
        if (_reader.TokenType == JsonTokenType.EndArray)
        {
            _path.Pop();
            return false;
        }

        _path.Next();
        return true;
    }

    /// <summary>Reads a text; null for anything else.</summary>
    public string? Text()
    {
        if (_reader.TokenType == JsonTokenType.String)
        {
            return _reader.GetString();
        }

        Refuse("a text");
        return null;
    }

    /// <summary>Reads a text that often comes again; null for anything else.</summary>
    public string? Name()
    {
        if (_reader.TokenType == JsonTokenType.String)
        {
            return _names.Get(ref _reader);
        }

        Refuse("a text");
        return null;
    }

    public bool? Bool()
    {
        if (_reader.TokenType is JsonTokenType.True or JsonTokenType.False)
        {
            return _reader.GetBoolean();
        }

        Refuse("true or false");
        return null;
    }

    /// <summary>Reads a finite number.</summary>
    public double? Number()
    {
        if (_reader.TokenType != JsonTokenType.Number)
        {
            Refuse("a number");
            return null;
        }

        if (_reader.TryGetDouble(out double value) && double.IsFinite(value))
        {
            return value;
        }

        BadValue("This number is too large.");
        return null;
    }

    /// <summary>Reads a whole number of 32 bits, however it is spelled.</summary>
    public int? Integer()
    {
        if (_reader.TokenType != JsonTokenType.Number)
        {
            Refuse("a whole number");
            return null;
        }

        if (CanonicalNumber.TryReadInteger(_reader.ValueSpan, out bool negative, out ulong magnitude) && magnitude <= int.MaxValue)
        {
            return negative ? -(int)magnitude : (int)magnitude;
        }

        BadValue("This must be a whole number below 2147483648.");
        return null;
    }

    /// <summary>Reads any value and keeps a copy of it.</summary>
    public JsonElement Value() => JsonElement.ParseValue(ref _reader);

    /// <summary>Reads an object and keeps a copy of it.</summary>
    public JsonElement? Object() => BeginObject() ? Value() : null;

    /// <summary>Passes over a member that VTXW does not know.</summary>
    public void Unknown(string name)
    {
        problems.Warning(
            WorkflowProblemCodes.UnknownMember,
            $"'{Quote.Short(name)}' is no member of this object and is ignored. Tools keep their own facts in a node's 'meta'.",
            _nameOffset,
            problems.IsFull ? "" : _path.ToString());
        _reader.Skip();
    }

    /// <summary>Reports a member that must be there. Called on the object, not inside one of its members.</summary>
    public readonly void Missing(string member, string owner, long objectOffset)
    {
        if (problems.IsFull)
        {
            problems.ErrorUnsaid();
            return;
        }

        problems.Error(WorkflowProblemCodes.MissingMember, $"{owner} has no '{member}'. Add it.", objectOffset, _path.ToString());
    }

    public readonly void BadValue(string message)
    {
        if (problems.IsFull)
        {
            problems.ErrorUnsaid();
            return;
        }

        problems.Error(WorkflowProblemCodes.BadValue, message, _reader.TokenStartIndex, _path.ToString());
    }

    private bool Refuse(string expected)
    {
        if (problems.IsFull)
        {
            problems.ErrorUnsaid();
        }
        else
        {
            string found = _reader.TokenType switch
            {
                JsonTokenType.StartObject => "an object",
                JsonTokenType.StartArray => "an array",
                JsonTokenType.String => "a text",
                JsonTokenType.Number => "a number",
                JsonTokenType.Null => "null",
                _ => "true or false",
            };
            problems.Error(
                WorkflowProblemCodes.WrongJsonType,
                $"This must be {expected}, but is {found}.",
                _reader.TokenStartIndex,
                _path.ToString());
        }

        _reader.Skip();
        return false;
    }
}
