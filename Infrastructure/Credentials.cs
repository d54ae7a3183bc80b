using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Infrastructure;

/// <summary>
/// Settings as files, one each, in the folder that <c>CREDENTIALS_DIRECTORY</c> names: how systemd hands over the credentials of a service, and how
/// secrets are mounted into a container. Neither the command line nor the environment shows them then.
/// </summary>
public static class Credentials
{
    /// <summary>The environment variable with the folder's name.</summary>
    public const string Variable = "CREDENTIALS_DIRECTORY";

    /// <summary>
    /// Adds them, if the variable is set. A file has the name of its setting, with two underscores for a colon
    /// (<c>ConnectionStrings__Orders</c>); a newline at its end does not count.
    /// </summary>
    /// <exception cref="OptionsValidationException">The folder, or a file in it, cannot be read.</exception>
    public static IConfigurationBuilder AddCredentials(this IConfigurationBuilder configuration) =>
        configuration.AddCredentials(Environment.GetEnvironmentVariable(Variable));

    internal static IConfigurationBuilder AddCredentials(this IConfigurationBuilder configuration, string? folder)
    {
        if (string.IsNullOrEmpty(folder))
        {
            return configuration;
        }

        try
        {
            return configuration.AddKeyPerFile(Path.GetFullPath(folder));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new OptionsValidationException(Variable, typeof(string), [$"{Variable} is '{folder}', which cannot be read: {unreadable.Message}"]);
        }
    }
}
