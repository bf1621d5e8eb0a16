using System.Diagnostics.CodeAnalysis;

namespace Vortex.Api;

/// <summary>A value read from a request, or what is wrong with the request.</summary>
internal readonly struct Parsed<T>
{
    private Parsed(T? value, ApiError? error) => (Value, Error) = (value, error);

    public T? Value { get; }

    public ApiError? Error { get; }

    public static implicit operator Parsed<T>(T value) => new(value, null);

    public static implicit operator Parsed<T>(ApiError error) => new(default, error);

    public bool IsGood([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out ApiError? error)
    {
        (value, error) = (Value, Error);
        return error is null;
    }
}
