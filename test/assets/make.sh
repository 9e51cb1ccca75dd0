#!/bin/sh
# Makes every file in video/ and image/ anew: apt-get install ffmpeg imagemagick webp; sh test/assets/make.sh
# The committed files are what the tests use; another version of the encoders may make other bytes.
set -eu
cd "$(dirname "$0")"
mkdir -p video image

ff() { ffmpeg -hide_banner -loglevel error -y "$@"; }

# A picture that moves a little, so that there are B-frames, an edit list and key frames as in a real file.
picture() { echo "testsrc=size=$1:rate=$2:duration=$3"; }
tone() { echo "sine=frequency=440:sample_rate=${2:-44100}:duration=$1"; }
H264="-c:v libx264 -preset veryslow -crf 45 -pix_fmt yuv420p -fflags +bitexact -flags:v +bitexact"
AAC="-c:a aac -b:a 16k -ac 1 -flags:a +bitexact"

# video: with sound, 12 s, the movie header at the end (ffmpeg's default) or in front
ff -f lavfi -i "$(picture 320x180 10 12)" -f lavfi -i "$(tone 12)" $H264 $AAC video/ok.mp4
ff -i video/ok.mp4 -c copy -fflags +bitexact -movflags +faststart video/moov_front.mp4
ff -i video/ok.mp4 -c copy -fflags +bitexact -movflags +frag_keyframe+empty_moov+default_base_moof -frag_duration 2000000 video/fragmented.mp4

# the edges of the duration rules; the sound of edge_60s goes on for 40 ms after the last picture
ff -f lavfi -i "$(picture 160x90 10 10)" $H264 video/edge_10s.mp4
ff -f lavfi -i "$(picture 160x90 5 60)" -f lavfi -i "$(tone 60.04 8000)" $H264 $AAC -b:a 4k video/edge_60s.mp4
ff -f lavfi -i "$(picture 160x90 10 9.9)" $H264 video/short_9_9s.mp4
ff -f lavfi -i "$(picture 160x90 10 60.1)" $H264 video/long_60_1s.mp4
ff -f lavfi -i "$(picture 160x90 5 3)" $H264 video/short_3s.mp4
ff -f lavfi -i "$(picture 160x90 5 61)" $H264 video/long_61s.mp4
ff -f lavfi -i "$(picture 160x90 1 180)" $H264 video/edge_180s.mp4
ff -f lavfi -i "$(picture 160x90 1 181)" $H264 video/long_181s.mp4

# the edges of the pixel rules
ff -f lavfi -i "color=navy:size=1280x1280:rate=1:duration=12" $H264 video/edge_1280.mp4
ff -f lavfi -i "color=navy:size=1282x720:rate=1:duration=12" $H264 video/wide_1282.mp4
ff -f lavfi -i "color=navy:size=720x1282:rate=1:duration=12" $H264 video/tall_1282.mp4
# stored 320x180 and to be turned by 90 degrees, as a phone held upright records
ff -display_rotation 90 -i video/moov_front.mp4 -c copy -an -fflags +bitexact -movflags +faststart video/rotated.mp4 2>/dev/null ||
  ff -i video/moov_front.mp4 -c copy -an -fflags +bitexact -metadata:s:v rotate=90 video/rotated.mp4
# 1280 stored pixels that are to be shown a hair wider
ff -f lavfi -i "color=navy:size=1280x720:rate=1:duration=12" $H264 -vf setsar=1281/1280:max=2000 video/anamorphic_1280.mp4

# what is not an MP4 video
ff -i video/ok.mp4 -c copy -fflags +bitexact -f mov video/ok.mov
cp video/ok.mov video/mov_named.mp4
ff -f lavfi -i "$(picture 160x90 5 12)" -c:v libvpx -b:v 20k -fflags +bitexact video/ok.webm
ff -f lavfi -i "$(tone 12)" $AAC -fflags +bitexact video/audio_only.mp4

# cut off in the media data (movie header in front) and in the movie header (at the end)
head -c "$(($(wc -c <video/moov_front.mp4) * 3 / 4))" video/moov_front.mp4 >video/truncated.mp4
head -c "$(($(wc -c <video/ok.mp4) - 100))" video/ok.mp4 >video/truncated_moov.mp4

# image
gradient() { convert -size 64x48 gradient:red-blue "$@"; }
gradient -quality 60 -strip image/ok.jpg
gradient -quality 60 -strip -interlace Plane image/progressive.jpg
gradient -strip -colorspace CMYK -quality 60 image/cmyk.jpg
gradient -strip image/ok.png
cp image/ok.png image/png_named.jpg
gradient -strip image/ok.gif
gradient -strip -define webp:lossless=false image/lossy.webp
gradient -strip -define webp:lossless=true image/lossless.webp
gradient -strip -alpha set -channel A -evaluate set 50% -define webp:lossless=false image/extended.webp
: >image/empty.jpg
head -c "$(($(wc -c <image/ok.jpg) / 2))" image/ok.jpg >image/truncated.jpg
head -c "$(($(wc -c <image/ok.png) / 2))" image/ok.png >image/truncated.png
