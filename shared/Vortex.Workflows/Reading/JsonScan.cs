using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Vortex.Workflows;

/// <summary>The first pass over a text: says what is wrong with it as JSON and as a document of bounded size, and builds nothing.</summary>
/// <remarks>
/// Its memory is the stack of open containers and eight bytes per member of the open objects, so that a text that breaks a limit costs
/// no more than reading up to there.
/// </remarks>
internal ref struct JsonScan
{
    private readonly ReadOnlySpan<byte> _text;
    private readonly WorkflowLimits _limits;
    private readonly PlacedProblems _problems;
    private readonly List<Frame> _frames = [];
    private readonly List<NameMark> _names = [];
    private Utf8JsonReader _reader;
    private int _nodes;
    private int _edges;

    private JsonScan(ReadOnlySpan<byte> text, WorkflowLimits limits, PlacedProblems problems)
    {
        _text = text;
        _limits = limits;
        _problems = problems;
        // One level more than allowed, so that the level too many is met here and not by the reader's exception.
        _reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = ReaderDepth(limits) });
    }

    private enum Role
    {
        Other,
        Root,
        Nodes,
        Edges,
        Subgraphs,
        Subgraph,
    }

    /// <summary>Returns the nesting a reader must allow to read what a scan with these limits let through.</summary>
    public static int ReaderDepth(WorkflowLimits limits) => Math.Clamp(limits.MaxDepth, 1, int.MaxValue - 1) + 1;

    /// <summary>Scans a text.</summary>
    /// <returns>Whether a second pass can read it without meeting a syntax error, bad text or too much of anything.</returns>
    public static bool Run(ReadOnlySpan<byte> text, WorkflowLimits limits, PlacedProblems problems)
    {
        if (!Utf8Text.IsValid(text, out int bad))
        {
            problems.Error(
                WorkflowProblemCodes.InvalidText,
                "The file is not valid UTF-8 here. Save it as UTF-8.",
                bad,
                "");
            return false;
        }

        return new JsonScan(text, limits, problems).Run();
    }

    private bool Run()
    {
        bool whole = true;
        try
        {
            while (_reader.Read())
            {
                whole &= Visit(out bool stop);
                if (stop)
                {
                    return false;
                }
            }
        }
        catch (JsonException exception)
        {
            JsonSyntax.Report(_text, exception, _problems, Pointer());
            return false;
        }

        return whole;
    }

    /// <summary>Takes one token. False when the token cannot be read as text; <paramref name="stop"/> when a limit is broken.</summary>
    private bool Visit(out bool stop)
    {
        stop = false;
        switch (_reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                return VisitName();
            case JsonTokenType.EndObject:
                ReportDuplicates();
                _frames.RemoveAt(_frames.Count - 1);
                return true;
            case JsonTokenType.EndArray:
                _frames.RemoveAt(_frames.Count - 1);
                return true;
            default:
                stop = !VisitValue();
                return stop || _reader.TokenType != JsonTokenType.String || VisitText();
        }
    }

    private bool VisitName()
    {
        ref Frame frame = ref CollectionsMarshal.AsSpan(_frames)[^1];
        frame.NameOffset = (int)_reader.TokenStartIndex;
        bool whole = VisitText();
        frame.MemberRole = frame.Role switch
        {
            _ when !whole => Role.Other,
            Role.Root or Role.Subgraph when _reader.ValueTextEquals("nodes"u8) => Role.Nodes,
            Role.Root or Role.Subgraph when _reader.ValueTextEquals("edges"u8) => Role.Edges,
            Role.Root when _reader.ValueTextEquals("subgraphs"u8) => Role.Subgraphs,
            Role.Subgraphs => Role.Subgraph,
            _ => Role.Other,
        };
        HashCode hash = default;
        hash.AddBytes(_reader.ValueIsEscaped ? CanonicalText.Unescape(_reader.ValueSpan) : _reader.ValueSpan);
        _names.Add(new NameMark(hash.ToHashCode(), frame.NameOffset));
        return whole;
    }

    /// <summary>Counts a value where its place makes it a node or an edge, and opens it if it is a container.</summary>
    private bool VisitValue()
    {
        Role role = Role.Root;
        if (_frames.Count > 0)
        {
            ref Frame parent = ref CollectionsMarshal.AsSpan(_frames)[^1];
            role = parent.MemberRole;
            if (parent.IsArray)
            {
                role = Role.Other;
                parent.Index++;
                if (!Count(parent.Role))
                {
                    return false;
                }
            }
        }

        bool isArray = _reader.TokenType == JsonTokenType.StartArray;
        if (!isArray && _reader.TokenType != JsonTokenType.StartObject)
        {
            return true;
        }

        if (_frames.Count >= _limits.MaxDepth)
        {
            _problems.Error(
                WorkflowProblemCodes.TooDeep,
                $"The document nests deeper than {_limits.MaxDepth} levels, the most that is read.",
                _reader.TokenStartIndex,
                Pointer());
            return false;
        }

        _frames.Add(new Frame { IsArray = isArray, Index = -1, Role = role, NamesStart = _names.Count });
        return true;
    }

    private bool Count(Role role)
    {
        if (role == Role.Nodes && ++_nodes > _limits.MaxNodes)
        {
            string message = $"The document has more than {_limits.MaxNodes} nodes, the most that is read. Split it into several workflows.";
            _problems.Error(WorkflowProblemCodes.TooManyNodes, message, _reader.TokenStartIndex, Pointer());
            return false;
        }

        if (role == Role.Edges && ++_edges > _limits.MaxEdges)
        {
            string message = $"The document has more than {_limits.MaxEdges} edges, the most that is read. Split it into several workflows.";
            _problems.Error(WorkflowProblemCodes.TooManyEdges, message, _reader.TokenStartIndex, Pointer());
            return false;
        }

        return true;
    }

    private readonly bool VisitText()
    {
        int half = _reader.ValueIsEscaped ? CanonicalText.IndexOfHalf(_reader.ValueSpan) : -1;
        if (half >= 0)
        {
            _problems.Error(
                WorkflowProblemCodes.InvalidText,
                "This escape names half a character (half of a UTF-16 surrogate pair). Write both halves or none.",
                _reader.TokenStartIndex + 1 + half,
                Pointer());
        }

        if (_reader.ValueSpan.Length > _limits.MaxTextLength)
        {
            int length = Encoding.UTF8.GetCharCount(_reader.ValueIsEscaped ? CanonicalText.Unescape(_reader.ValueSpan) : _reader.ValueSpan);
            if (length > _limits.MaxTextLength)
            {
                _problems.Error(
                    WorkflowProblemCodes.TextTooLong,
                    $"This text has {length} characters; at most {_limits.MaxTextLength} are read.",
                    _reader.TokenStartIndex,
                    Pointer());
            }
        }

        return half < 0;
    }

    private readonly void ReportDuplicates()
    {
        int start = _frames[^1].NamesStart;
        Span<NameMark> names = CollectionsMarshal.AsSpan(_names)[start..];
        names.Sort();
        // Equal names have equal hashes and stand together. Of different names with one hash (rare) each is compared with the run's first.
        int runStart = 0;
        for (int i = 1; i < names.Length; i++)
        {
            if (names[i].Hash != names[runStart].Hash)
            {
                runStart = i;
            }
            else if (_problems.IsFull)
            {
                _problems.ErrorUnsaid();
            }
            else
            {
                ReportDuplicate(names[i].Offset, names[runStart..i]);
            }
        }

        _names.RemoveRange(start, _names.Count - start);
    }

    private readonly void ReportDuplicate(int offset, ReadOnlySpan<NameMark> earlier)
    {
        string name = NameAt(offset);
        foreach (NameMark mark in earlier)
        {
            if (NameAt(mark.Offset) == name)
            {
                CollectionsMarshal.AsSpan(_frames)[^1].NameOffset = offset;
                _problems.Error(
                    WorkflowProblemCodes.DuplicateMember,
                    $"This object has two members '{Quote.Short(name)}'. Remove one.",
                    offset,
                    Pointer());
                return;
            }
        }
    }

    private readonly string NameAt(int offset)
    {
        Utf8JsonReader reader = new(_text[offset..], isFinalBlock: false, state: default);
        reader.Read();
        return Encoding.UTF8.GetString(reader.ValueIsEscaped ? CanonicalText.Unescape(reader.ValueSpan) : reader.ValueSpan);
    }

    private readonly string Pointer()
    {
        StringBuilder pointer = new();
        foreach (Frame frame in _frames)
        {
            if (frame.IsArray && frame.Index >= 0)
            {
                pointer.Append('/').Append(frame.Index.ToString(CultureInfo.InvariantCulture));
            }
            else if (!frame.IsArray && frame.NameOffset > 0)
            {
                pointer.Append('/').Append(PointerPath.Escape(NameAt(frame.NameOffset)));
            }
        }

        return pointer.ToString();
    }

    private struct Frame
    {
        public bool IsArray;
        public int Index;
        public int NameOffset;
        public int NamesStart;
        public Role Role;
        public Role MemberRole;
    }

    private readonly record struct NameMark(int Hash, int Offset) : IComparable<NameMark>
    {
        public int CompareTo(NameMark other) => Hash != other.Hash ? Hash.CompareTo(other.Hash) : Offset.CompareTo(other.Offset);
    }
}
