using System.Text;

namespace DevServers;

/// <summary>
/// A broker writes the names of its quorum queues to disk up to a second after their declaration. Killed before that, it knows the queue
/// but not the queue's log, so confirmed messages are gone and requests to the queue are never answered. A test that declares a queue
/// and kills the broker waits here first.
/// </summary>
public static class QuorumQueue
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongerThanTheWriteDelay = TimeSpan.FromSeconds(2);

    /// <summary>Returns when a broker that is killed now would still know the queue.</summary>
    public static async Task OnDiskAsync(DevStack stack, string queue, CancellationToken cancellationToken = default)
    {
        var directories = stack.Source is ServerSource.Packages
            ? Directory.GetFiles(stack.Folder, "names.dets", SearchOption.AllDirectories)
            : [];
        if (directories.Length == 0)
        {
            // A container's files are not ours to read, and newer brokers may keep the names elsewhere.
            await Task.Delay(LongerThanTheWriteDelay, cancellationToken);
            return;
        }

        // The name as the broker writes it: virtual host "/" and queue, after a byte for the length. Without that byte the name of
        // "orders" would be found in the name of "orders.dead".
        var text = Encoding.UTF8.GetBytes("%2F_" + queue);
        byte[] name = [(byte)text.Length, .. text];
        while (!directories.Any(file => File.ReadAllBytes(file).AsSpan().IndexOf(name) >= 0))
        {
            await Task.Delay(PollInterval, cancellationToken);
        }
    }
}
