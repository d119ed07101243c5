using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace JaccardKernels.Learning;

/// <summary>JSON that leaves out what is as by default: what people write, and what files hold that are older than an option.</summary>
internal static class PartialJson
{
    private static readonly JsonDocumentOptions s_lenient =
        new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, AllowDuplicateProperties = false };

    /// <summary>Reads an object; objects inside it may leave things out too.</summary>
    /// <param name="json">The text.</param>
    /// <param name="defaults">What stands where the text leaves something out; written into.</param>
    /// <param name="type">How the whole is read.</param>
    /// <returns>Null where the text is JSON but no object.</returns>
    /// <exception cref="JsonException">It is not JSON, or not of the form.</exception>
    public static T? Read<T>(string json, JsonObject defaults, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            if (JsonNode.Parse(json, documentOptions: s_lenient) is not JsonObject given) return null;
            // Laid over the defaults first: the generated reader sets init-only properties that are left out to 0 or null.
            Overlay(defaults, given);
            return defaults.Deserialize(type);
        }
        catch (InvalidOperationException e)
        {
            // A text with half of a surrogate pair is found only when it is read.
            throw new JsonException(e.Message, e);
        }
    }

    /// <summary>An object as <see cref="Read"/> takes it for the defaults.</summary>
    public static JsonObject ToObject<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.SerializeToNode(value, type)!.AsObject();

    private static void Overlay(JsonObject target, JsonObject source)
    {
        foreach ((string name, JsonNode? value) in source)
        {
            if (value is JsonObject inner && target[name] is JsonObject outer) Overlay(outer, inner);
            else target[name] = value?.DeepClone();
        }
    }
}
