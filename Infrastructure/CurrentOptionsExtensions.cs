using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.KeyPerFile;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Infrastructure;

/// <summary>Options as they are now, for what is opened anew: a password in a file changes without a restart.</summary>
public static class CurrentOptionsExtensions
{
    /// <summary>Reads the files of <see cref="Credentials"/> again, and makes the options of what is there.</summary>
    /// <remarks>Asked for instead of watched: a mounted secret changes by a link to another folder, which no file watcher sees.</remarks>
    /// <exception cref="OptionsValidationException">They are not usable now.</exception>
    public static TOptions CurrentOptions<TOptions>(this IServiceProvider services)
        where TOptions : class
    {
        if (services.GetRequiredService<IConfiguration>() is IConfigurationRoot root)
        {
            foreach (var files in root.Providers.OfType<KeyPerFileConfigurationProvider>())
            {
                files.Load();
            }
        }

        return services.GetRequiredService<IOptionsFactory<TOptions>>().Create(Options.DefaultName);
    }
}
