# Names and folders of the Gitea, shared by its scripts.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
. "$here/../lib.sh"
files=$bed/gitea-files        # templates, translations and pages of its module
run=$bed/gitea
marker=$run/is-a-test-bed     # only with this file in it is the folder ever removed
complete=$run/up              # everything was started

# The user who administers it.
admin=testbed
password=testbed-secret
