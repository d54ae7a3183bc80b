using System.Net.Sockets;
using RabbitMQ.Client;

namespace Infrastructure.RabbitMq;

/// <summary>
/// A socket that is read in large pieces. The client asks for 4 KiB at a time, a system call each; from this buffer most of its
/// reads are served without one, and without a wait for the thread pool.
/// </summary>
internal sealed class BufferedSocket(Socket socket) : TcpClientAdapter(socket)
{
    // Small enough to stay out of the way of the cache, large enough for hundreds of orders.
    private const int BufferSize = 256 * 1024;

    public static ITcpClient Create(AddressFamily family) =>
        new BufferedSocket(new Socket(family, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true });

    public override NetworkStream GetStream() => new BufferedNetworkStream(Client);

    /// <summary>One reader at a time, as the client's receive loop is.</summary>
    private sealed class BufferedNetworkStream(Socket socket) : NetworkStream(socket)
    {
        private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(BufferSize, pinned: true);
        private int _start;
        private int _end;

        public override int Read(Span<byte> destination)
        {
            if (_start == _end)
            {
                _start = 0;
                _end = base.Read(_buffer);
            }

            return Take(destination);
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override ValueTask<int> ReadAsync(Memory<byte> destination, CancellationToken cancellationToken = default) =>
            _start < _end ? new ValueTask<int>(Take(destination.Span)) : RefillAsync(destination, cancellationToken);

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        private async ValueTask<int> RefillAsync(Memory<byte> destination, CancellationToken cancellationToken)
        {
            _start = 0;
            _end = 0;
            _end = await base.ReadAsync(_buffer, cancellationToken);
            return Take(destination.Span);
        }

        private int Take(Span<byte> destination)
        {
            var taken = Math.Min(destination.Length, _end - _start);
            _buffer.AsSpan(_start, taken).CopyTo(destination);
            _start += taken;
            return taken;
        }
    }
}
