using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Vortex.Diffusion.Files.Pickle;

/// <summary>Reads a pickle (protocols 0 to 5) into plain values. It builds tensors, dictionaries, lists, texts and numbers and runs nothing: a call of anything else becomes an inert object.</summary>
/// <remarks>Work and memory are bounded by the pickle's own length: no opcode makes more than its bytes pay for, and nothing is walked recursively.</remarks>
internal ref struct Unpickler
{
    private const int MaxOpcodes = 20_000_000;
    private const int MaxStack = 1_000_000;
    private const int MaxMemo = 4_000_000;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly PickleTensors _tensors;
    private readonly Func<string, DiffusionException> _fail;
    private readonly List<object?> _stack = [];
    private readonly List<int> _marks = [];
    private readonly Dictionary<long, object?> _memo = [];
    private int _at;

    /// <summary>Takes the bytes from the pickle's begin on; what follows its end is not looked at.</summary>
    public Unpickler(ReadOnlySpan<byte> bytes, PickleTensors tensors, Func<string, DiffusionException> fail)
    {
        _bytes = bytes;
        _tensors = tensors;
        _fail = fail;
    }

    /// <summary>Gets the bytes read so far.</summary>
    public readonly int Consumed => _at;

    /// <summary>Reads to the pickle's end and returns its value.</summary>
    public object? Read()
    {
        for (int i = 0; i < MaxOpcodes; i++)
        {
            byte code = Take(1)[0];
            if (code == (byte)'.')
            {
                return Pop();
            }

            Step(code);
            if (_stack.Count > MaxStack || _memo.Count > MaxMemo)
            {
                throw _fail("its list of contents is beyond all measure");
            }
        }

        throw _fail("its list of contents is beyond all measure");
    }

    private void Step(byte code)
    {
        switch (code)
        {
            case 0x80: // PROTO
                if (Take(1)[0] > 5)
                {
                    throw _fail("it uses a pickle protocol after 5");
                }

                break;
            case 0x95: // FRAME
                Take(8);
                break;
            case (byte)'(':
                _marks.Add(_stack.Count);
                break;
            case (byte)'0':
                Pop();
                break;
            case (byte)'1':
                PopMark();
                break;
            case (byte)'2':
                object? top = Pop();
                Push(top);
                Push(top);
                break;
            default:
                if (!Number(code) && !Text(code) && !Container(code) && !Memo(code) && !Call(code))
                {
                    throw _fail($"its list of contents holds the unknown code 0x{code:x2}");
                }

                break;
        }
    }

    private bool Number(byte code)
    {
        object? value;
        switch (code)
        {
            case (byte)'N':
                value = null;
                break;
            case 0x88:
                value = true;
                break;
            case 0x89:
                value = false;
                break;
            case (byte)'J':
                value = (long)BinaryPrimitives.ReadInt32LittleEndian(Take(4));
                break;
            case (byte)'K':
                value = (long)Take(1)[0];
                break;
            case (byte)'M':
                value = (long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2));
                break;
            case (byte)'G':
                value = BinaryPrimitives.ReadDoubleBigEndian(Take(8));
                break;
            case 0x8a:
                value = Long(Take(Take(1)[0]));
                break;
            case 0x8b:
                value = Long(Take(Length(BinaryPrimitives.ReadInt32LittleEndian(Take(4)))));
                break;
            case (byte)'I' or (byte)'L':
                string line = Line();
                value = code == (byte)'I' && line is "00" or "01" ? line == "01"
                    : long.TryParse(line.TrimEnd('L'), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole) ? whole : PickleInert.Instance;
                break;
            case (byte)'F':
                value = double.TryParse(Line(), NumberStyles.Float, CultureInfo.InvariantCulture, out double real) ? real : throw _fail("a number in its list of contents is none");
                break;
            default:
                return false;
        }

        Push(value);
        return true;
    }

    private bool Text(byte code)
    {
        object value;
        switch (code)
        {
            case (byte)'X':
                value = Utf8(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)));
                break;
            case 0x8c:
                value = Utf8(Take(1)[0]);
                break;
            case 0x8d:
                value = Utf8(BinaryPrimitives.ReadUInt64LittleEndian(Take(8)));
                break;
            case (byte)'U':
                value = Encoding.Latin1.GetString(Take(Take(1)[0]));
                break;
            case (byte)'T':
                value = Encoding.Latin1.GetString(Take(Length(BinaryPrimitives.ReadInt32LittleEndian(Take(4)))));
                break;
            case (byte)'V':
                value = Line();
                break;
            case (byte)'S':
                value = Line().Trim('\'', '"');
                break;
            case (byte)'B':
                Take(Length(BinaryPrimitives.ReadUInt32LittleEndian(Take(4))));
                value = PickleInert.Instance;
                break;
            case (byte)'C':
                Take(Take(1)[0]);
                value = PickleInert.Instance;
                break;
            case 0x8e or 0x96:
                ulong length = BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
                Take(Length(length > int.MaxValue ? -1 : (long)length));
                value = PickleInert.Instance;
                break;
            default:
                return false;
        }

        Push(value);
        return true;
    }

    private bool Container(byte code)
    {
        switch (code)
        {
            case (byte)')':
                Push(Array.Empty<object?>());
                break;
            case (byte)'t':
                Push(PopMark());
                break;
            case 0x85 or 0x86 or 0x87:
                Push(Pop(code - 0x84));
                break;
            case (byte)']':
                Push(new List<object?>());
                break;
            case (byte)'l':
                Push(new List<object?>(PopMark()));
                break;
            case (byte)'}':
                Push(new PickleDict());
                break;
            case (byte)'d':
                object?[] entries = PopMark();
                PickleDict made = new();
                Add(made, entries);
                Push(made);
                break;
            case (byte)'a':
                object? item = Pop();
                (Peek() as List<object?>)?.Add(item);
                break;
            case (byte)'e':
                object?[] items = PopMark();
                (Peek() as List<object?>)?.AddRange(items);
                break;
            case (byte)'s':
                object?[] pair = Pop(2);
                Add(Peek() as PickleDict, pair);
                break;
            case (byte)'u':
                object?[] pairs = PopMark();
                Add(Peek() as PickleDict, pairs);
                break;
            case 0x8f:
                Push(PickleInert.Instance);
                break;
            case 0x90:
                PopMark();
                Peek();
                break;
            case 0x91:
                PopMark();
                Push(PickleInert.Instance);
                break;
            default:
                return false;
        }

        return true;
    }

    private bool Memo(byte code)
    {
        switch (code)
        {
            case (byte)'p':
                Put(Index(Line()));
                break;
            case (byte)'q':
                Put(Take(1)[0]);
                break;
            case (byte)'r':
                Put(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)));
                break;
            case 0x94:
                Put(_memo.Count);
                break;
            case (byte)'g':
                Get(Index(Line()));
                break;
            case (byte)'h':
                Get(Take(1)[0]);
                break;
            case (byte)'j':
                Get(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)));
                break;
            default:
                return false;
        }

        return true;
    }

    private bool Call(byte code)
    {
        switch (code)
        {
            case (byte)'c':
                string module = Line();
                Push(new PickleGlobal(module, Line()));
                break;
            case 0x93:
                object?[] names = Pop(2);
                Push(names is [string inModule, string name] ? new PickleGlobal(inModule, name) : throw _fail("a name in its list of contents is none"));
                break;
            case (byte)'R' or 0x81:
                object?[] call = Pop(2);
                Push(_tensors.Reduce(call[0], call[1] as object?[] ?? throw _fail("a call in its list of contents has no arguments")));
                break;
            case 0x92:
                object?[] extended = Pop(3);
                Push(_tensors.Reduce(extended[0], extended[1] as object?[] ?? throw _fail("a call in its list of contents has no arguments")));
                break;
            case (byte)'i':
                PickleGlobal instance = new(Line(), Line());
                Push(_tensors.Reduce(instance, PopMark()));
                break;
            case (byte)'o':
                object?[] parts = PopMark();
                Push(parts.Length > 0 ? _tensors.Reduce(parts[0], parts[1..]) : throw _fail("a call in its list of contents calls nothing"));
                break;
            case (byte)'b':
                // State beside the entries (hooks, metadata of a state dict) is of no interest, but for a ParameterDict, which keeps its entries there.
                object? state = Pop();
                if (Peek() is PickleDict built && (state as PickleDict)?.Find("_parameters") is PickleDict parameters)
                {
                    _tensors.Copy(parameters.Entries, built);
                }

                break;
            case (byte)'Q':
                Push(_tensors.Storage(Pop()));
                break;
            default:
                return false;
        }

        return true;
    }

    private readonly void Add(PickleDict? target, object?[] entries)
    {
        if (entries.Length % 2 != 0)
        {
            throw _fail("a key in its list of contents has no value");
        }

        for (int i = 0; target is not null && i < entries.Length; i += 2)
        {
            target.Entries.Add(new(entries[i], entries[i + 1]));
        }
    }

    private readonly void Put(long index) => _memo[index] = Peek();

    private void Get(long index) => Push(_memo.TryGetValue(index, out object? value) ? value : throw _fail("its list of contents refers to something that is not there"));

    private readonly long Index(string line) => long.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out long index) ? index : throw _fail("its list of contents refers to something that is not there");

    private readonly void Push(object? value) => _stack.Add(value);

    private readonly object? Peek() => _stack.Count > Floor() ? _stack[^1] : throw _fail("its list of contents takes more than there is");

    private readonly object? Pop()
    {
        object? value = Peek();
        _stack.RemoveAt(_stack.Count - 1);
        return value;
    }

    private readonly object?[] Pop(int count)
    {
        if (_stack.Count - count < Floor())
        {
            throw _fail("its list of contents takes more than there is");
        }

        object?[] values = [.. _stack[^count..]];
        _stack.RemoveRange(_stack.Count - count, count);
        return values;
    }

    private readonly object?[] PopMark()
    {
        if (_marks.Count == 0)
        {
            throw _fail("its list of contents ends something that did not begin");
        }

        int mark = _marks[^1];
        object?[] values = [.. _stack[mark..]];
        _marks.RemoveAt(_marks.Count - 1);
        _stack.RemoveRange(mark, _stack.Count - mark);
        return values;
    }

    private readonly int Floor() => _marks.Count > 0 ? _marks[^1] : 0;

    private readonly int Length(long length) => length >= 0 && length <= _bytes.Length - _at ? (int)length : throw _fail("its list of contents is cut short");

    private string Utf8(ulong length) => Encoding.UTF8.GetString(Take(Length(length > int.MaxValue ? -1 : (long)length)));

    // Beyond eight bytes no number matters here: only PyTorch's magic number is that long.
    private static object Long(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 8)
        {
            return PickleInert.Instance;
        }

        Span<byte> whole = stackalloc byte[8];
        whole.Fill(bytes.Length > 0 && (bytes[^1] & 0x80) != 0 ? (byte)0xFF : (byte)0);
        bytes.CopyTo(whole);
        return BinaryPrimitives.ReadInt64LittleEndian(whole);
    }

    private string Line()
    {
        ReadOnlySpan<byte> rest = _bytes[_at..];
        int end = rest.IndexOf((byte)'\n');
        if (end < 0)
        {
            throw _fail("its list of contents is cut short");
        }

        _at += end + 1;
        return Encoding.UTF8.GetString(rest[..end]).TrimEnd('\r');
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _bytes.Length - _at)
        {
            throw _fail("its list of contents is cut short");
        }

        ReadOnlySpan<byte> taken = _bytes.Slice(_at, count);
        _at += count;
        return taken;
    }
}
