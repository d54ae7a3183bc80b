using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Infrastructure.RabbitMq.Receiving;

/// <summary>
/// A socket that is read in large pieces. A broker sends many small records, and decryption asks for a few of them at a time; from this
/// buffer most of its reads are served without a system call and without a wait for the thread pool.
/// </summary>
/// <remarks>One reader at a time.</remarks>
internal sealed class ReadAheadStream(Socket socket, int bufferSize) : NetworkStream(socket)
{
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(bufferSize, pinned: true);
    private int _start;
    private int _end;

    /// <remarks>A read of nothing ends when something has arrived: decryption does it before it takes memory for a read.</remarks>
    public override ValueTask<int> ReadAsync(Memory<byte> destination, CancellationToken cancellationToken = default) =>
        _start < _end ? new ValueTask<int>(Copy(destination)) : ReadOnAsync(destination, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReadOnAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        _start = 0;
        _end = 0;
        _end = await base.ReadAsync(_buffer, cancellationToken);
        return Copy(destination);
    }

    private int Copy(Memory<byte> destination)
    {
        var copied = Math.Min(destination.Length, _end - _start);
        _buffer.AsMemory(_start, copied).CopyTo(destination);
        _start += copied;
        return copied;
    }
}
