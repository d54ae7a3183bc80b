using System.Net.Sockets;

namespace DevServers.Commands;

/// <summary>The connection strings as shell exports, for the other terminals; there only while the servers are.</summary>
internal sealed class ServersFile : IDisposable
{
    private readonly string _text;

    private ServersFile(string path, string text)
    {
        Path = path;
        _text = text;
    }

    public string Path { get; }

    /// <summary>Writes the file, or, when the servers of a running `./run servers` are in it, leaves it as it is and returns nothing.</summary>
    public static async Task<ServersFile?> TryWriteAsync(DevStack stack)
    {
        var folder = Directory.CreateDirectory(System.IO.Path.Combine(Repository.Root ?? Environment.CurrentDirectory, ".local"));
        var path = System.IO.Path.Combine(folder.FullName, "servers.env");
        var text = $"export {ServerFinder.RabbitVariable}={Quoted(stack.Rabbit.ConnectionString)}\n"
            + $"export {ServerFinder.PostgresVariable}={Quoted(stack.Postgres.ConnectionString)}\n";
        if (File.Exists(path) && await AnswersAsync(File.ReadLines(path)))
        {
            return null;
        }

        // Moved into place, so that a terminal that reads it now gets both lines or none.
        var half = path + "." + Environment.ProcessId;
        File.WriteAllText(half, text);
        File.Move(half, path, overwrite: true);
        return new ServersFile(path, text);
    }

    public void Dispose()
    {
        // Servers that were started later have written theirs over it.
        if (File.Exists(Path) && File.ReadAllText(Path) == _text)
        {
            File.Delete(Path);
        }
    }

    private static async Task<bool> AnswersAsync(IEnumerable<string> lines)
    {
        var prefix = $"export {ServerFinder.RabbitVariable}='";
        var line = lines.FirstOrDefault(line => line.StartsWith(prefix, StringComparison.Ordinal));
        if (line is null || !Uri.TryCreate(line[prefix.Length..].TrimEnd('\''), UriKind.Absolute, out var address))
        {
            return false;
        }

        try
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(address.Host, address.Port);
            return true;
        }
        catch (SocketException)
        {
            // Left behind by a process that was killed.
            return false;
        }
    }

    private static string Quoted(string value)
    {
        return "'" + value.Replace("'", "'\\''") + "'";
    }
}
