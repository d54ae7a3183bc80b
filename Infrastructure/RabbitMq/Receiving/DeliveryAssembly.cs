namespace Infrastructure.RabbitMq.Receiving;

/// <summary>
/// Puts a delivery together whose frames do not lie in one piece: its body comes in several, is longer than the receive buffer, or other
/// channels' frames come in between.
/// </summary>
internal sealed class DeliveryAssembly
{
    private DeliveryParts _method;
    private ushort _channel;
    private string _exchange = "";
    private byte[] _methodFrame = [];
    private byte[]? _properties;
    private byte[] _body = [];
    private int _received;

    /// <summary>A delivery has begun and its frames are wanted.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>The last frame has come.</summary>
    public bool IsComplete => IsOpen && _properties is not null && _received == _body.Length;

    /// <summary>The delivery, once it is complete.</summary>
    public ReceivedDelivery Delivery => new(_method.Tag, _method.Redelivered, _exchange, _properties, _body, IsLent: false);

    /// <summary>The frame that it began with, for the client that waits for it; empty when none does.</summary>
    public ReadOnlySpan<byte> FetchedMethod => _methodFrame;

    /// <summary>A delivery begins, and one that is not complete is given up.</summary>
    public void Begin(ushort channel, ReadOnlySpan<byte> frame, in DeliveryParts method, string exchange)
    {
        End();
        (_channel, _method, _exchange) = (channel, method, exchange);
        _methodFrame = method.IsFetched ? frame.ToArray() : [];
        IsOpen = true;
    }

    /// <summary>Takes the delivery's next frame.</summary>
    /// <returns><see langword="false"/> for a frame that is not one of its.</returns>
    /// <exception cref="IOException">The message is longer than any that the worker takes.</exception>
    public bool TryAdd(FrameKind kind, ReadOnlySpan<byte> frame)
    {
        if (!IsOpen || DeliveryFrames.ChannelOf(frame) != _channel)
        {
            return false;
        }

        var isAdded = _properties is null
            ? kind == FrameKind.ContentHeader && TryAddHeader(frame)
            : DeliveryFrames.IsBody(frame) && TryAddBody(frame);
        if (!isAdded)
        {
            // The broker has something else to say on this channel, and the client knows what to make of it.
            End();
        }

        return isAdded;
    }

    /// <summary>Forgets the delivery.</summary>
    public void End()
    {
        IsOpen = false;
        _properties = null;
        _body = [];
        _received = 0;
    }

    private bool TryAddHeader(ReadOnlySpan<byte> frame)
    {
        if (!DeliveryFrames.TryReadHeader(frame, out var bodySize, out var properties))
        {
            return false;
        }

        if (bodySize > MessageSizes.Client)
        {
            throw new IOException(
                $"A message of {bodySize:N0} bytes was delivered, and at most {MessageSizes.Client:N0} are taken. "
                + $"The broker's max_message_size lets it through: set it to {MessageSizes.Broker}.");
        }

        _properties = properties.ToArray();
        _body = GC.AllocateUninitializedArray<byte>((int)bodySize);
        return true;
    }

    private bool TryAddBody(ReadOnlySpan<byte> frame)
    {
        var payload = DeliveryFrames.PayloadOf(frame);
        if (payload.Length > _body.Length - _received)
        {
            return false;
        }

        payload.CopyTo(_body.AsSpan(_received));
        _received += payload.Length;
        return true;
    }
}
