using System.Collections;
using System.Reflection;
using System.Text.Json;

namespace Vortex.Workflows.Tests;

/// <summary>Compares documents member by member: records with arrays in them do not do so themselves.</summary>
internal static class DocumentsAre
{
    public static void Equal(object? expected, object? actual, string path = "document")
    {
        if (expected is null || actual is null)
        {
            Assert.True(expected is null && actual is null, $"{path}: {expected} and {actual}");
            return;
        }

        Assert.Equal(expected.GetType(), actual.GetType());
        switch (expected)
        {
            case JsonElement json:
                Assert.True(JsonElement.DeepEquals(json, (JsonElement)actual), $"{path}: {json} and {actual}");
                break;
            case string or Enum or DateTimeOffset or bool or int or double:
                Assert.True(expected.Equals(actual), $"{path}: {expected} and {actual}");
                break;
            case IEnumerable list:
                object?[] left = [.. list.Cast<object?>()];
                object?[] right = [.. ((IEnumerable)actual).Cast<object?>()];
                Assert.True(left.Length == right.Length, $"{path}: {left.Length} and {right.Length} entries");
                for (int i = 0; i < left.Length; i++)
                {
                    Equal(left[i], right[i], $"{path}[{i}]");
                }

                break;
            default:
                foreach (PropertyInfo property in expected.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
                {
                    Equal(property.GetValue(expected), property.GetValue(actual), $"{path}.{property.Name}");
                }

                break;
        }
    }
}
