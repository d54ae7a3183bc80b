using System.Buffers;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using MassTransit;

namespace Infrastructure.RabbitMq;

/// <summary>
/// Writes MassTransit's envelope around an order that is JSON already, for those who publish without the bus. The message is spliced in
/// as it is, unchecked; MassTransit itself writes decimals as strings and reads both.
/// </summary>
public sealed class MassTransitEnvelope
{
    private readonly byte[] _destination;
    private readonly byte[] _host;
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly Utf8JsonWriter _json;
    private int _before;

    /// <summary>Prepares what is the same in every envelope.</summary>
    /// <param name="names">The pipeline, whose exchange is the destination.</param>
    public MassTransitEnvelope(TopologyNames names)
    {
        // The message must not be checked: a broken one is to arrive as broken as it is.
        _json = new Utf8JsonWriter(_buffer, new JsonWriterOptions { SkipValidation = true });
        _destination = JsonSerializer.SerializeToUtf8Bytes($"rabbitmq://localhost/{names.Exchange}?type=fanout");
        _host = Host();
        Overhead = Wrap("0"u8, Guid.Empty, 0).Length - "0"u8.Length;
    }

    /// <summary>Bytes around the message: the same for every message.</summary>
    public int Overhead { get; }

    /// <summary>The envelope around an order. Valid until the next call.</summary>
    /// <param name="message">The order as JSON, at least one byte; amounts as numbers or strings.</param>
    /// <param name="messageId">Id of the message.</param>
    /// <param name="sentMicroseconds">The envelope's <c>sentTime</c>, in Unix microseconds.</param>
    public ReadOnlyMemory<byte> Wrap(ReadOnlySpan<byte> message, Guid messageId, long sentMicroseconds)
    {
        _buffer.ResetWrittenCount();
        _json.Reset();
        _json.WriteStartObject();
        _json.WriteString("messageId"u8, messageId);
        _json.WriteString("conversationId"u8, messageId);
        _json.WritePropertyName("destinationAddress"u8);
        _json.WriteRawValue(_destination, skipInputValidation: true);
        _json.WriteStartArray("messageType"u8);
        _json.WriteStringValue("urn:message:Contracts:OrderSubmitted"u8);
        _json.WriteEndArray();
        _json.WritePropertyName("message"u8);
        _before = (int)_json.BytesCommitted + _json.BytesPending;
        _json.WriteRawValue(message, skipInputValidation: true);
        _json.WriteString("sentTime"u8, Time(sentMicroseconds));
        _json.WriteStartObject("headers"u8);
        _json.WriteEndObject();
        _json.WritePropertyName("host"u8);
        _json.WriteRawValue(_host, skipInputValidation: true);
        _json.WriteEndObject();
        _json.Flush();
        return _buffer.WrittenMemory;
    }

    /// <summary>The message in an envelope that was written here.</summary>
    public ReadOnlyMemory<byte> MessageIn(ReadOnlyMemory<byte> envelope) => envelope.Slice(_before, envelope.Length - Overhead);

    // All digits always, so that every envelope is as long as the next.
    private static string Time(long microseconds) => DateTime.UnixEpoch
        .AddTicks(microseconds * TimeSpan.TicksPerMicrosecond)
        .ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture);

    private static byte[] Host() => JsonSerializer.SerializeToUtf8Bytes(new
    {
        machineName = Environment.MachineName,
        processName = Path.GetFileName(Environment.ProcessPath),
        processId = Environment.ProcessId,
        assembly = Assembly.GetEntryAssembly()?.GetName().Name,
        assemblyVersion = Assembly.GetEntryAssembly()?.GetName().Version?.ToString(),
        frameworkVersion = Environment.Version.ToString(),
        massTransitVersion = typeof(IBus).Assembly.GetName().Version?.ToString(),
        operatingSystemVersion = Environment.OSVersion.ToString(),
    });
}
