using System.Buffers;
using System.Buffers.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Contracts;

namespace Producer.Generate;

/// <summary>Writes made-up orders as JSON, straight to UTF-8.</summary>
/// <param name="amountsAsText">Write amounts as strings, as MassTransit does.</param>
internal sealed class OrderWriter(bool amountsAsText)
{
    private const int LongestAmount = 32;

    private readonly ArrayBufferWriter<byte> _buffer = new(4 * 1024);
    private readonly Utf8JsonWriter _json = new(Stream.Null, new JsonWriterOptions
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    });

    /// <summary>The order as JSON. Valid until the next call.</summary>
    public ReadOnlyMemory<byte> Write(OrderDraft order)
    {
        _buffer.ResetWrittenCount();
        _json.Reset(_buffer);
        _json.WriteStartObject();
        _json.WriteString("orderId"u8, order.Id);
        _json.WriteString("customerId"u8, Catalogue.CustomerOf(order.Customer));
        _json.WriteString("placedAt"u8, order.PlacedAt);
        _json.WriteString("currency"u8, Catalogue.CurrencyOf(order.Customer));
        WriteAmount("total"u8, order.TotalCents, OrderRules.TotalDecimals);
        _json.WriteStartArray("lines"u8);
        foreach (var line in order.Lines)
        {
            WriteLine(line);
        }

        _json.WriteEndArray();
        _json.WriteEndObject();
        _json.Flush();
        return _buffer.WrittenMemory;
    }

    private void WriteLine(OrderDraft.Line line)
    {
        const int UnitsPerCent = 100;
        _json.WriteStartObject();
        _json.WriteString("sku"u8, Catalogue.SkuOf(line.Article));
        _json.WriteNumber("quantity"u8, line.Quantity);
        if (line.Price % UnitsPerCent == 0)
        {
            WriteAmount("unitPrice"u8, line.Price / UnitsPerCent, OrderRules.TotalDecimals);
        }
        else
        {
            WriteAmount("unitPrice"u8, line.Price, OrderRules.UnitPriceDecimals);
        }

        _json.WriteEndObject();
    }

    private void WriteAmount(ReadOnlySpan<byte> name, long units, int decimals)
    {
        var amount = new decimal((int)units, (int)(units >> 32), 0, isNegative: false, (byte)decimals);
        if (amountsAsText)
        {
            Span<byte> text = stackalloc byte[LongestAmount];
            _ = Utf8Formatter.TryFormat(amount, text, out var length);
            _json.WriteString(name, text[..length]);
        }
        else
        {
            _json.WriteNumber(name, amount);
        }
    }
}
