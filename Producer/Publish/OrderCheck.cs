using System.Text.Json;
using System.Text.Unicode;
using Contracts;

namespace Producer.Publish;

/// <summary>Checks a line the way the worker's decoder will: strict JSON first, then the rules.</summary>
internal static class OrderCheck
{
    /// <summary>Why the line is no valid order; <see langword="null"/> when it is one.</summary>
    /// <param name="line">The line, without its end.</param>
    /// <param name="orderId">The order's id when it is valid.</param>
    public static BrokenRule? Check(ReadOnlySpan<byte> line, out Guid orderId)
    {
        orderId = Guid.Empty;
        if (!Utf8.IsValid(line))
        {
            return new BrokenRule("decode.invalid_utf8", "the line is not valid UTF-8");
        }

        try
        {
            var order = JsonSerializer.Deserialize(line, OrderJson.Default.OrderSubmitted);
            if (order is null)
            {
                return new BrokenRule("decode.wrong_root_type", "the line is null; an order is wanted");
            }

            orderId = order.OrderId;
            return OrderValidator.Check(order);
        }
        catch (JsonException exception)
        {
            return JsonRefusal.From(exception);
        }
    }

    /// <summary>The refusal of a line that is too long to be read.</summary>
    public static BrokenRule TooLong(int maxBytes) =>
        new("decode.body_too_large", $"the line has more than {maxBytes} bytes, which is the most a message may have");
}
