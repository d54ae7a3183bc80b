using System.Net.Sockets;
using System.Text;

namespace Infrastructure.RabbitMq.Receiving;

/// <summary>
/// Reads ahead from a socket, takes out the deliveries that somebody wants at once, and gives the client the rest in its order.
/// </summary>
/// <remarks>One reader at a time, as the client's receive loop is.</remarks>
internal sealed class BufferedNetworkStream(Socket socket, DeliveryTap? tap) : NetworkStream(socket)
{
    // Small enough to stay out of the way of the cache, large enough for hundreds of orders and for any single frame.
    private const int BufferSize = 256 * 1024;

    // Channel 0 is the connection's own, and nothing is delivered on it.
    private const ushort NoChannel = 0;

    // A broker sends no heartbeats while it sends deliveries, and the client does not see those.
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(1);
    private static readonly byte[] Heartbeat = [8, 0, 0, 0, 0, 0, 0, 0xCE];

    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(BufferSize, pinned: true);
    private int _start;
    private int _end;

    // Bytes from _start on that are the client's. They may reach beyond what has arrived.
    private long _passing;

    private bool _isOpaque = tap is null;
    private long _lastHeartbeat = tap?.Time.GetTimestamp() ?? 0;
    private bool _owesHeartbeat;
    private string _exchange = "";

    public override int Read(Span<byte> destination) => throw new NotSupportedException("The client reads asynchronously.");

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("The client reads asynchronously.");

    public override ValueTask<int> ReadAsync(Memory<byte> destination, CancellationToken cancellationToken = default)
    {
        if (destination.IsEmpty)
        {
            return SomethingArrivedAsync(cancellationToken);
        }

        var taken = TakePassing(destination.Span);
        return taken > 0 ? new ValueTask<int>(taken) : ReadOnAsync(destination, cancellationToken);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    // A read of nothing asks to be told when there is something: encryption does it before each of its reads.
    private async ValueTask<int> SomethingArrivedAsync(CancellationToken cancellationToken)
    {
        if (_end == _start)
        {
            await RefillAsync(cancellationToken);
        }

        return 0;
    }

    private async ValueTask<int> ReadOnAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (!_isOpaque && _passing == 0)
            {
                var isHeldUp = await TakeDeliveriesAsync();
                if (_passing == 0 && destination.Length >= Heartbeat.Length && HeartbeatIsDue())
                {
                    Heartbeat.CopyTo(destination);
                    return Heartbeat.Length;
                }

                if (isHeldUp)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    continue;
                }
            }

            var taken = TakePassing(destination.Span);
            if (taken > 0 || !await RefillAsync(cancellationToken))
            {
                return taken;
            }
        }
    }

    /// <summary>Goes through the frames that have arrived, to the first that is the client's.</summary>
    /// <returns>Whether it is a delivery for which the client has no room.</returns>
    private async ValueTask<bool> TakeDeliveriesAsync()
    {
        while (_passing == 0)
        {
            var target = tap!.Current;
            var kind = DeliveryFrames.Examine(
                _buffer.AsSpan(_start, _end - _start), target?.Channel ?? NoChannel, BufferSize, out var parts, out var length);
            switch (kind)
            {
                case FrameKind.Incomplete:
                    return false;
                case FrameKind.Delivery when await target!.Receiver.TakeAsync(DeliveryOf(parts)):
                    _start += (int)length;
                    _owesHeartbeat = true;
                    break;
                case FrameKind.Delivery or FrameKind.LargeDelivery:
                    if (!await target!.Receiver.PassAsync(MemoryOf(parts.Properties), (long)Math.Min(parts.BodySize, int.MaxValue)))
                    {
                        _owesHeartbeat = true;
                        return true;
                    }

                    _passing = length - HideProperties(parts.Properties);
                    break;
                case FrameKind.NotAFrame:
                    // The client knows what to say to that.
                    _isOpaque = true;
                    return false;
                default:
                    _passing = length;
                    break;
            }
        }

        return false;
    }

    private ReceivedDelivery DeliveryOf(in DeliveryParts parts) => new(
        parts.Tag, parts.Redelivered, ExchangeOf(_buffer.AsSpan(_start, _end - _start)[parts.Exchange]), MemoryOf(parts.Properties), MemoryOf(parts.Body));

    // Strangers write them, and reading some that a broker lets through makes the client give up the connection, or ends the process.
    private int HideProperties(Range properties)
    {
        if (properties.Equals(default))
        {
            return 0;
        }

        var gone = DeliveryFrames.TakeOutProperties(_buffer.AsSpan(_start, _end - _start), properties);
        _start += gone;
        return gone;
    }

    // Nearly always the one of the delivery before.
    private string ExchangeOf(ReadOnlySpan<byte> name)
    {
        if (!Ascii.Equals(name, _exchange))
        {
            _exchange = Encoding.UTF8.GetString(name);
        }

        return _exchange;
    }

    private ReadOnlyMemory<byte> MemoryOf(Range part) => _buffer.AsMemory(_start, _end - _start)[part];

    private bool HeartbeatIsDue()
    {
        if (!_owesHeartbeat || tap!.Time.GetElapsedTime(_lastHeartbeat) < HeartbeatInterval)
        {
            return false;
        }

        _owesHeartbeat = false;
        _lastHeartbeat = tap.Time.GetTimestamp();
        return true;
    }

    private int TakePassing(Span<byte> destination)
    {
        var available = _isOpaque ? _end - _start : (int)Math.Min(_passing, _end - _start);
        var taken = Math.Min(destination.Length, available);
        _buffer.AsSpan(_start, taken).CopyTo(destination);
        _start += taken;
        _passing = Math.Max(0, _passing - taken);
        return taken;
    }

    private async ValueTask<bool> RefillAsync(CancellationToken cancellationToken)
    {
        var left = _end - _start;
        if (left > 0)
        {
            _buffer.AsSpan(_start, left).CopyTo(_buffer);
        }

        _start = 0;
        _end = left;
        var read = await base.ReadAsync(_buffer.AsMemory(left), cancellationToken);
        _end += read;
        return read > 0;
    }
}
