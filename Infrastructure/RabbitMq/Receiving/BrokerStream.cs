using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;

namespace Infrastructure.RabbitMq.Receiving;

/// <summary>
/// What the client reads from and writes to. Reads ahead from the socket, takes the deliveries that a receiver wants out of what has
/// arrived, and forwards the rest to the client in its order: without any header that the client does not survive.
/// </summary>
/// <remarks>One reader at a time, as the client's receive loop is.</remarks>
/// <param name="socket">Connected.</param>
/// <param name="reader">Takes deliveries; <see langword="null"/> on a connection without any.</param>
/// <param name="encrypted">Over the same socket, after its handshake; <see langword="null"/> on a plain connection.</param>
internal sealed class BrokerStream(Socket socket, DeliveryReader? reader, SslStream? encrypted = null) : NetworkStream(socket)
{
    /// <summary>The longest frame that is agreed on with a broker: 128 KiB, RabbitMQ's own default.</summary>
    public const int MaxFrame = 128 * 1024;

    // Small enough to stay out of the way of the cache, large enough for hundreds of orders and for any single frame.
    private const int BufferSize = 2 * MaxFrame;

    // Channel 0 is the connection's own, and nothing is delivered on it.
    private const ushort NoChannel = 0;

    // A broker sends no heartbeats while it sends deliveries, and the client does not see those.
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(1);
    private static readonly byte[] Heartbeat = [8, 0, 0, 0, 0, 0, 0, 0xCE];

    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(BufferSize, pinned: true);
    private readonly DeliveryAssembly _assembly = new();
    private int _start;
    private int _end;

    // Bytes from _start on that are the client's, in whole frames.
    private int _forwarded;

    // Frames of ours that the client reads before anything else.
    private ReadOnlyMemory<byte> _inserted;

    // The client reads everything as it comes: what a broker says that speaks another version.
    private bool _isOpaque;
    private bool _hasSeenFrames;
    private volatile bool _isDisposed;
    private long _lastHeartbeat = reader?.Time.GetTimestamp() ?? 0;
    private bool _owesHeartbeat;
    private string _exchange = "";

    private ReadOnlySpan<byte> Ahead => _buffer.AsSpan(_start + _forwarded, _end - _start - _forwarded);

    public override int Read(Span<byte> destination) => throw new NotSupportedException("The client reads asynchronously.");

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("The client reads asynchronously.");

    public override ValueTask<int> ReadAsync(Memory<byte> destination, CancellationToken cancellationToken = default)
    {
        var copied = Copy(destination.Span);
        return copied > 0 || destination.IsEmpty ? new ValueTask<int>(copied) : ReadOnAsync(destination, cancellationToken);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default) =>
        encrypted is null ? base.WriteAsync(source, cancellationToken) : encrypted.WriteAsync(source, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(ReadOnlySpan<byte> source) => throw new NotSupportedException("The client writes asynchronously.");

    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("The client writes asynchronously.");

    public override Task FlushAsync(CancellationToken cancellationToken) =>
        encrypted is null ? base.FlushAsync(cancellationToken) : encrypted.FlushAsync(cancellationToken);

    protected override void Dispose(bool disposing)
    {
        _isDisposed = true;
        if (disposing)
        {
            encrypted?.Dispose();
        }

        base.Dispose(disposing);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReadOnAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        while (true)
        {
            var hasNoRoom = !_isOpaque && await HandleFramesAsync(destination.Length);
            InsertHeartbeatIfDue();

            // A delivery may have been waited for until the client gave the connection up, and its memory back.
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            var copied = Copy(destination.Span);
            if (copied > 0)
            {
                return copied;
            }

            if (hasNoRoom)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
            else if (!await RefillAsync(cancellationToken))
            {
                return 0;
            }
        }
    }

    /// <summary>Goes through the frames that have arrived, until the client has something to read or more must arrive.</summary>
    /// <param name="wanted">Bytes that the client has asked for.</param>
    /// <returns>Whether there is a delivery that its receiver has no room for.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> HandleFramesAsync(int wanted)
    {
        while (_forwarded < wanted && _inserted.IsEmpty)
        {
            var target = reader?.Current;
            if (_assembly.IsComplete)
            {
                if (!await OfferAsync(target!.Receiver, _assembly.Delivery))
                {
                    return true;
                }

                Answer(_assembly.FetchedMethod);
                _assembly.End();
                continue;
            }

            var channel = target?.Channel ?? NoChannel;
            var kind = DeliveryFrames.Examine(Ahead, channel, BufferSize, out var parts, out var length);

            // Most frames go on as they are; before any other the client reads those.
            if (_forwarded > 0 && (kind != FrameKind.Other || _assembly.IsOpen))
            {
                return false;
            }

            switch (kind)
            {
                case FrameKind.Incomplete:
                    return false;
                case FrameKind.Delivery:
                    if (!await OfferAsync(target!.Receiver, DeliveryOf(parts)))
                    {
                        return true;
                    }

                    Answer(parts.IsFetched ? DeliveryFrames.First(Ahead) : default);
                    _start += length;
                    break;
                case FrameKind.SplitDelivery:
                    _assembly.Begin(channel, Ahead[..length], parts, ExchangeOf(Ahead[parts.Exchange]));
                    _start += length;
                    break;
                case FrameKind.ContentHeader or FrameKind.Other:
                    Forward(kind, length);
                    break;
                case FrameKind.TooLong:
                    throw new IOException(
                        $"The broker sent a frame of more than {BufferSize:N0} bytes; at most {MaxFrame:N0} were agreed on (frame_max).");
                case FrameKind.NotAFrame when _hasSeenFrames:
                    throw new IOException("The broker sent bytes that are no AMQP 0-9-1 frame.");
                default:
                    // The client knows what to say to that.
                    _isOpaque = true;
                    return false;
            }

            _hasSeenFrames = true;
        }

        return false;
    }

    private void Forward(FrameKind kind, int length)
    {
        var frame = Ahead[..length];
        if (_assembly.TryAdd(kind, frame))
        {
            _start += length;
        }
        else if (kind == FrameKind.ContentHeader && HarmlessHeader.InsteadOf(frame) is { } harmless)
        {
            _inserted = harmless;
            _start += length;
        }
        else
        {
            _forwarded += length;
        }
    }

    private ValueTask<bool> OfferAsync(IDeliveryReceiver receiver, ReceivedDelivery delivery)
    {
        _owesHeartbeat = true;
        var answer = receiver.TakeAsync(delivery);
        return answer.IsCompletedSuccessfully ? answer : OfferLateAsync(answer);
    }

    // Each may wait for nearly a second, and a buffer holds hundreds: too long for a client that hears nothing in between.
    private async ValueTask<bool> OfferLateAsync(ValueTask<bool> answer)
    {
        var isTaken = await answer;
        InsertHeartbeatIfDue();
        return isTaken;
    }

    /// <param name="fetched">
    /// The method with which the client's request is answered. It is shown an empty message; the receiver has the real one.
    /// </param>
    private void Answer(ReadOnlySpan<byte> fetched)
    {
        if (!fetched.IsEmpty)
        {
            byte[] answer = [.. _inserted.Span, .. HarmlessHeader.EmptyMessage(fetched)];
            _inserted = answer;
        }
    }

    private ReceivedDelivery DeliveryOf(in DeliveryParts parts) => new(
        parts.Tag, parts.Redelivered, ExchangeOf(Ahead[parts.Exchange]), MemoryOf(parts.Properties), MemoryOf(parts.Body), IsLent: true);

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

    // Only between two frames of the client's.
    private void InsertHeartbeatIfDue()
    {
        if (_owesHeartbeat && _forwarded == 0 && _inserted.IsEmpty && !_isOpaque
            && reader!.Time.GetElapsedTime(_lastHeartbeat) >= HeartbeatInterval)
        {
            _inserted = Heartbeat;
            _owesHeartbeat = false;
            _lastHeartbeat = reader.Time.GetTimestamp();
        }
    }

    private int Copy(Span<byte> destination)
    {
        if (!_inserted.IsEmpty)
        {
            var inserted = Math.Min(destination.Length, _inserted.Length);
            _inserted.Span[..inserted].CopyTo(destination);
            _inserted = _inserted[inserted..];
            return inserted;
        }

        var copied = Math.Min(destination.Length, _isOpaque ? _end - _start : _forwarded);
        _buffer.AsSpan(_start, copied).CopyTo(destination);
        _start += copied;
        _forwarded = Math.Max(0, _forwarded - copied);
        return copied;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> RefillAsync(CancellationToken cancellationToken)
    {
        var left = _end - _start;
        if (left > 0)
        {
            _buffer.AsSpan(_start, left).CopyTo(_buffer);
        }

        _start = 0;
        _end = left;
        var free = _buffer.AsMemory(left);
        var read = await (encrypted is null ? base.ReadAsync(free, cancellationToken) : encrypted.ReadAsync(free, cancellationToken));
        _end += read;
        return read > 0;
    }
}
