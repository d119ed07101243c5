using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using JaccardKernels.Problems;

namespace JaccardKernels.Data;

/// <summary>
/// Reads a large JSON file that is one object of arrays of records (COCO's form) a record at a time: memory holds one record, not the
/// file, which has hundreds of megabytes for the full training set.
/// </summary>
internal sealed class JsonRecords : IDisposable
{
    private const int MaximumRecordBytes = 1 << 28;

    private readonly string _path;
    private readonly Stream _stream;
    private byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;
    private bool _final;
    private JsonReaderState _state;
    private JsonTokenType _token;
    private string _name = "";

    public JsonRecords(string path)
    {
        _path = path;
        _stream = LabelText.OpenFile(path);
    }

    /// <summary>
    /// Hands every record of the top-level arrays, in file order, to <paramref name="visit"/>, with the name of its array and its number
    /// in it.
    /// </summary>
    /// <exception cref="InvalidDataException">The file is not one JSON object, or is truncated.</exception>
    public void ForEach(Action<string, int, JsonElement> visit)
    {
        try
        {
            Next(whole: false);
            if (_token != JsonTokenType.StartObject) throw new InvalidDataException($"{_path}: the file is not a JSON object.");
            while (Next(whole: false) is null && _token == JsonTokenType.PropertyName)
            {
                string array = _name;
                JsonDocument? scalar = Next(whole: false);
                if (scalar is not null || _token != JsonTokenType.StartArray)
                {
                    scalar?.Dispose();
                    if (_token == JsonTokenType.StartObject) SkipObject();
                    continue;
                }
                for (int number = 0; Next(whole: true) is { } record; number++)
                {
                    using (record) visit(array, number, record.RootElement);
                }
            }
        }
        catch (JsonException e)
        {
            throw new InvalidDataException(OneLine.Of($"{_path}:{e.LineNumber + 1}: not JSON, or truncated: {e.Message}"), e);
        }
        catch (InvalidOperationException e)
        {
            // A text that is not UTF-8, or has half of a surrogate pair, is found only when it is read.
            throw new InvalidDataException(OneLine.Of($"{_path}: not JSON: {e.Message}"), e);
        }
    }

    public void Dispose() => _stream.Dispose();

    private void SkipObject()
    {
        while (Next(whole: false) is null && _token == JsonTokenType.PropertyName) Next(whole: true)?.Dispose();
    }

    // One token, or, for a value when whole is asked for (and for every plain value), the value. Null for tokens.
    private JsonDocument? Next(bool whole)
    {
        while (true)
        {
            var reader = new Utf8JsonReader(_buffer.AsSpan(_start, _end - _start), _final, _state);
            if (reader.Read())
            {
                JsonTokenType token = reader.TokenType;
                bool opens = token is JsonTokenType.StartArray or JsonTokenType.StartObject;
                bool structure = token is JsonTokenType.PropertyName or JsonTokenType.EndArray or JsonTokenType.EndObject
                    || (opens && !whole);
                JsonDocument? value = null;
                if (structure || TryValue(ref reader, out value))
                {
                    _token = token;
                    if (token == JsonTokenType.PropertyName) _name = reader.GetString()!;
                    _start += (int)reader.BytesConsumed;
                    _state = reader.CurrentState;
                    return value;
                }
            }
            if (_final) throw new InvalidDataException($"{_path}: the file ends in the middle of its JSON.");
            Fill();
        }
    }

    private static bool TryValue(ref Utf8JsonReader reader, [NotNullWhen(true)] out JsonDocument? value) =>
        JsonDocument.TryParseValue(ref reader, out value);

    private void Fill()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        _end -= _start;
        _start = 0;
        if (_end == _buffer.Length)
        {
            if (_buffer.Length >= MaximumRecordBytes)
                throw new InvalidDataException($"{_path}: a record has more than {MaximumRecordBytes} bytes.");
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }
        int read = _stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        _final = read == 0;
    }
}
